// The API on the loopback address: an HTTP server that behaves as an API Gateway HTTP API with a JWT authorizer.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Invoke, LambdaTimeout } from "../lambda/lambda.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { isToLoopback } from "../platform/loopback-names.ts";
import { readBody } from "../wire/request-body.ts";
import { sendAnswer, sendProblem } from "./gateway-answer.ts";
import { gatewayEvent } from "./gateway-event.ts";
import type { Authorizer } from "./jwt.ts";
import type { FindRoute } from "./route-table.ts";

/** API Gateway's own limits. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_SECONDS = 30;

type Parts = { findRoute: FindRoute; authorize: Authorizer; invoke: Invoke; log: Log };

export function gateway(parts: Parts, timeoutSeconds = INTEGRATION_SECONDS): Server {
  return createServer(async (request, response) => {
    const requestId = randomUUID();
    try {
      await answer(parts, request, response, requestId, timeoutSeconds);
    } catch (error) {
      parts.log("ERROR", "A request failed", { requestId, path: request.url, ...toLogDetails(error) });
      if (error instanceof LambdaTimeout) sendProblem(response, requestId, "unavailable");
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
  if (!isToLoopback(request)) return sendProblem(response, requestId, "not_permitted");
  const method = request.method ?? "GET";
  const url = urlOf(request);
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) return sendProblem(response, requestId, "payload_too_large");
  const match = url && parts.findRoute(method, url.pathname);
  if (!url || !match) return sendProblem(response, requestId, "not_found");
  const open = match.access === "public";
  const claims = open ? null : await parts.authorize(request.headers.authorization);
  if (!open && claims === null) return sendProblem(response, requestId, "unauthenticated");
  const sourceIp = request.socket.remoteAddress ?? "";
  const received = { method, url, headers: request.headers, body, sourceIp, requestId, receivedAt };
  const event = gatewayEvent(received, match, claims);
  const result = await parts.invoke(match.target, event, { requestId, timeoutSeconds });
  sendAnswer(response, requestId, result);
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
