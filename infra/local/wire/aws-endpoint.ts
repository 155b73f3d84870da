// The AWS endpoint: AWS JSON protocol 1.0 and 1.1 on the loopback address. Dispatches each operation to its service.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type * as z from "zod";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import {
  findUnsupportedOption,
  type InvocationResult,
  type InvokeByName,
  parseFunctionName,
} from "../lambda/lambda-endpoint.ts";
import { AwsError, messageOf } from "../platform/errors.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { isToLoopback } from "../platform/loopback-names.ts";
import { readBody } from "./request-body.ts";

export type Operation = (input: unknown) => unknown;
export type Service = {
  /** The service's name in messages, like `StepFunctions`. */
  name: string;
  /** The part of `X-Amz-Target` before the dot. */
  target: string;
  operations: Record<string, Operation>;
};

/** A service that speaks REST: paths instead of targets. */
export type RestService = {
  /** Returns what performs the request; undefined: the service knows no such method and path. */
  find: (method: string, url: URL) => Operation | undefined;
};

/** Maximum bytes of a request to any service: 1 MiB of events, as base64, plus a margin. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** Defines an operation with an input schema. Input that does not match causes a ValidationException. */
export function operation<S extends z.ZodType>(
  schema: S,
  perform: (input: z.output<S>) => unknown,
): Operation {
  return (input) => {
    const read = readInput(schema, input);
    if (read.ok) return perform(read.data);
    throw new AwsError("ValidationException", `${describeIssues(read.issues, "the request")}.`);
  };
}

type Offered = { services: readonly Service[]; rest: RestService; functions: InvokeByName };

export function awsEndpoint({ services, rest, functions }: Offered, log: Log): Server {
  return createServer(async (request, response) => {
    try {
      refuseOtherHosts(request);
      const name = parseFunctionName(request);
      if (name !== undefined)
        return sendInvocationResult(response, await invokeFromRequest(functions, name, request));
      const answer = await dispatch(services, rest, request);
      send(request, response, 200, answer ?? {});
    } catch (error) {
      const refused = error instanceof AwsError ? error : internalError(error, log);
      response.setHeader("x-amzn-errortype", refused.code);
      if (refused.code.includes("#")) response.setHeader("x-amzn-query-error", queryError(refused.code));
      send(request, response, refused.status, { __type: refused.code, message: refused.message });
    }
  });
}

function refuseOtherHosts(request: IncomingMessage): void {
  if (isToLoopback(request)) return;
  throw new AwsError(
    "AccessDeniedException",
    "The local stack answers to loopback names with its own port only.",
    403,
  );
}

async function dispatch(
  services: readonly Service[],
  rest: RestService,
  request: IncomingMessage,
): Promise<unknown> {
  const target = request.headers["x-amz-target"];
  const [prefix, name] = typeof target === "string" ? target.split(".") : [];
  if (prefix === undefined || name === undefined) {
    const perform = rest.find(request.method ?? "", new URL(request.url ?? "", "http://aws"));
    if (perform === undefined) throw notImplementedError(`${request.method} ${request.url}`);
    return perform(await parseBody(request));
  }
  const service = services.find((s) => s.target === prefix);
  const wanted = `${service?.name ?? prefix}.${name}`;
  const known = service !== undefined && Object.hasOwn(service.operations, name);
  const perform = known ? service.operations[name] : undefined;
  if (perform === undefined) throw notImplementedError(wanted);
  return perform(await parseBody(request));
}

async function parseBody(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, MAX_REQUEST_BYTES);
  if (body === null) throw new AwsError("RequestEntityTooLargeException", "The request is too large.", 413);
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new AwsError("SerializationException", `The body is not JSON: ${messageOf(error)}`);
  }
}

async function invokeFromRequest(
  functions: InvokeByName,
  name: string,
  request: IncomingMessage,
): Promise<InvocationResult> {
  const other = findUnsupportedOption(request);
  if (other !== undefined) throw notImplementedError(other);
  const answer = functions(name, await parseBody(request));
  if (answer === null) throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404);
  return answer;
}

function sendInvocationResult(response: ServerResponse, { payload, failed }: InvocationResult): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "x-amzn-requestid": randomUUID(),
    ...(failed && { "x-amz-function-error": "Unhandled" }),
  });
  response.end(JSON.stringify(payload));
}

function notImplementedError(what: string): AwsError {
  const text = `${what} is not implemented by the local stack; see docs/local-host.md`;
  return new AwsError("NotImplementedException", text, 501);
}

function internalError(error: unknown, log: Log): AwsError {
  log("ERROR", "An operation of the AWS endpoint failed", toLogDetails(error));
  return new AwsError("InternalFailure", "The local stack failed; see its log.", 500);
}

const OLDER_NAMES: Partial<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
};

/** Clients of services that used the query protocol read the error's older name from this header. */
function queryError(code: string): string {
  const name = code.slice(code.indexOf("#") + 1);
  return `${OLDER_NAMES[name] ?? name};Sender`;
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  const asked = request.headers["content-type"];
  response.writeHead(status, {
    "content-type": asked?.startsWith("application/x-amz-json") ? asked : "application/x-amz-json-1.1",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}
