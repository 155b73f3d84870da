// Renders every thrown error as problem+json.
import type { ApiMiddleware } from "./call.ts";
import { formatProblem, toServiceError } from "./problem.ts";

export function problemResponse(): ApiMiddleware {
  return {
    onError: (request) => {
      request.response = formatProblem(toServiceError(request.error), request.event.requestId);
    },
  };
}
