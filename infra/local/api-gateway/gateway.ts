// The API on the loopback address: an HTTP server that behaves as an API of API Gateway with an authorizer of tokens, an
// HTTP API or a REST API.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ALWAYS_HEADERS } from "../../../shared/contract/route.ts";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { type Concurrency, FunctionThrottled } from "../lambda/concurrency.ts";
import { LambdaTimeout } from "../lambda/lambda.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { isToLoopback } from "../platform/loopback-names.ts";
import { readBody } from "../wire/request-body.ts";
import { sendAnswer, sendProblem } from "./gateway-answer.ts";
import { gatewayEvent } from "./gateway-event.ts";
import type { Authorizer } from "./jwt.ts";
import { restEvent } from "./rest-event.ts";
import type { FindRoute, RouteMatch } from "./route-table.ts";

/** API Gateway's own limits. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_SECONDS = 30;

/**
 * How long a request may wait for its turn. A start waits less: what it starts takes the machine from runs that were
 * accepted before. Other requests may be part of them, or cancel them.
 */
const PATIENCE_MS = { start: 5_000, other: 15_000 };

/** `rest`: it sends payload format 1.0, answers by itself what is always the same, and knows no `$default`. */
export type ApiKind = "http" | "rest";
type Parts = {
  kind: ApiKind;
  findRoute: FindRoute;
  authorize: Authorizer;
  functions: Concurrency;
  log: Log;
};

export function gateway(parts: Parts, timeoutSeconds = INTEGRATION_SECONDS): Server {
  return createServer(async (request, response) => {
    const requestId = randomUUID();
    try {
      await answer(parts, request, response, requestId, timeoutSeconds);
    } catch (error) {
      if (error instanceof FunctionThrottled) return sendProblem(response, requestId, "overloaded");
      parts.log("ERROR", "A request failed", { requestId, path: request.url, ...toLogDetails(error) });
      if (error instanceof LambdaTimeout) sendProblem(response, requestId, "timed_out");
      else sendInternalError(response, requestId);
    }
  });
}

async function answer(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  timeoutSeconds: number,
): Promise<void> {
  const receivedAt = new Date();
  if (!isToLoopback(request)) return sendProblem(response, requestId, "not_local");
  const method = request.method ?? "GET";
  const url = urlOf(request);
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) return sendProblem(response, requestId, "payload_too_large");
  const match = url && findMatch(parts, method, url.pathname);
  if (!url || !match) return sendProblem(response, requestId, "not_found");
  if (parts.kind === "rest" && match.always !== undefined)
    return sendAlways(response, requestId, match.always);
  const open = match.access === "public";
  const claims = open ? null : await parts.authorize(request.headers.authorization);
  if (!open && claims === null) return sendProblem(response, requestId, "unauthenticated");
  const sourceIp = request.socket.remoteAddress ?? "";
  const received = { method, url, headers: request.headers, body, sourceIp, requestId, receivedAt };
  const event = (parts.kind === "rest" ? restEvent : gatewayEvent)(received, match, claims);
  const patienceMs = patienceOf(match, parts.functions);
  const result = await parts.functions.invoke(match.target, event, { requestId, timeoutSeconds, patienceMs });
  sendAnswer(response, requestId, result);
}

function findMatch({ kind, findRoute }: Parts, method: string, path: string): RouteMatch | null {
  const match = findRoute(method, path);
  return kind === "rest" && match?.routeKey === "$default" ? null : match;
}

/** A mock integration's answer. */
function sendAlways(response: ServerResponse, requestId: string, body: unknown): void {
  const headers = { "content-type": "application/json", ...ALWAYS_HEADERS };
  sendAnswer(response, requestId, { statusCode: 200, headers, body: JSON.stringify(body) });
}

/** @throws FunctionThrottled while deliveries wait for their turn: no more runs are started. */
function patienceOf({ startsExecutions }: RouteMatch, functions: Concurrency): number {
  if (!startsExecutions) return PATIENCE_MS.other;
  const { DeliverWebhook: deliveries } = WORKFLOW_FUNCTIONS;
  if (functions.isFull(deliveries)) throw new FunctionThrottled(`${deliveries} is at its limit`);
  return PATIENCE_MS.start;
}

/** Parses a request target: a path, or an absolute URL from a proxy. Returns null for anything else. */
function urlOf(request: IncomingMessage): URL | null {
  const target = request.url ?? "/";
  return URL.parse(
    target.startsWith("/") ? `http://${request.headers.host ?? "localhost"}${target}` : target,
  );
}

/** API Gateway's response for a failed function. */
function sendInternalError(response: ServerResponse, requestId: string): void {
  if (response.headersSent) return void response.destroy();
  sendAnswer(response, requestId, {
    statusCode: 500,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "Internal Server Error" }),
  });
}
