// Answers whatever was thrown as problem+json.
import type { ApiMiddleware } from "./call.ts";
import { asRunbookError, problem } from "./problem.ts";

export function problemResponse(): ApiMiddleware {
  return {
    onError: (request) => {
      request.response = problem(asRunbookError(request.error), request.event.requestContext.requestId);
    },
  };
}
