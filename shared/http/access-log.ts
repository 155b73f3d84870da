// One log line for each request: what was asked, by whom, and how it was answered.
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ERROR_CODES } from "../domain/errors.ts";
import { logger, toLogFields } from "../logging/logger.ts";
import type { ApiMiddleware, Call } from "./call.ts";
import { toServiceError } from "./problem.ts";

/** Comes first: it starts the call, and sees the answer last. */
export function accessLog(route: string): ApiMiddleware {
  return {
    before: ({ context }) => {
      context.call = { startedAt: new Date() };
    },
    after: ({ event, context: { call }, response }) => {
      const line = lineOf(route, event.pathParameters, call);
      logger.info("answered", { ...line, ...startedBy(response), status: response?.statusCode });
    },
    onError: ({ event, context: { call }, error }) => {
      logRefusal(error, event.requestContext.requestId, lineOf(route, event.pathParameters, call));
    },
  };
}

/** What the request started stands in no path of it. A run's lines are found by this field. */
function startedBy(response: APIGatewayProxyStructuredResultV2 | null | undefined) {
  const [, executionId] = /^\/executions\/(\w+)$/.exec(String(response?.headers?.["location"])) ?? [];
  return executionId === undefined ? {} : { executionId };
}

function lineOf(route: string, ids: Readonly<Record<string, string | undefined>> | undefined, call: Call) {
  const { caller, startedAt } = call;
  const durationMs = Date.now() - startedAt.getTime();
  return { route, ids: ids ?? {}, ...(caller && { caller: caller.subject }), durationMs };
}

/** A refusal is information; our own failure is an error with a hint for the operator in its message. */
function logRefusal(thrown: unknown, requestId: string, line: Record<string, unknown>): void {
  const error = toServiceError(thrown);
  const { status } = ERROR_CODES[error.code];
  const facts = { ...line, status, code: error.code, reason: error.message };
  if (status >= 500) logger.error("failed", { ...facts, requestId, failure: toLogFields(error) });
  else logger.info("refused", { ...facts, fields: error.issues.map((issue) => issue.pointer) });
}
