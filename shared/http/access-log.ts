// One log line for each request: its route, caller, status and duration.
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ERROR_CODES } from "../domain/errors.ts";
import { logger, toLogFields } from "../logging/logger.ts";
import type { ApiEvent, ApiMiddleware, Call } from "./call.ts";
import { toServiceError } from "./problem.ts";

/** Must be the first middleware: it starts the call and sees the final response. */
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
      logRefusal(error, event.requestId, lineOf(route, event.pathParameters, call));
    },
  };
}

/**
 * Execution id of a started execution, which the request's path does not contain. Operators find the execution's log
 * lines by this field.
 */
function startedBy(response: APIGatewayProxyStructuredResultV2 | null | undefined) {
  const [, executionId] = /^\/executions\/(\w+)$/.exec(String(response?.headers?.["location"])) ?? [];
  return executionId === undefined ? {} : { executionId };
}

function lineOf(route: string, ids: ApiEvent["pathParameters"], call: Call) {
  const { caller, startedAt } = call;
  const durationMs = Date.now() - startedAt.getTime();
  return { route, ids, ...(caller && { caller: caller.subject }), durationMs };
}

/** Logs a refusal as info. Logs a failure of the service as an error whose message hints at what to check. */
function logRefusal(thrown: unknown, requestId: string, line: Record<string, unknown>): void {
  const error = toServiceError(thrown);
  const { status } = ERROR_CODES[error.code];
  const facts = { ...line, status, code: error.code, reason: error.message };
  if (status >= 500) logger.error("failed", { ...facts, requestId, failure: toLogFields(error) });
  else logger.info("refused", { ...facts, fields: error.issues.map((issue) => issue.pointer) });
}
