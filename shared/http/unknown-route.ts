// The handler of what no route takes: 404, or 405 with the methods of the path. It reads nothing but method and path.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { methodsAt, UNKNOWN_ROUTE } from "../contract/unknown-route.ts";
import { RunbookError } from "../domain/errors.ts";
import { logger } from "../observe/logger.ts";
import { accessLog } from "./access-log.ts";
import type { ApiContext, ApiEvent, ApiResult } from "./call.ts";
import { problemResponse } from "./problem-response.ts";

export function handleUnknown() {
  return middy<ApiEvent, ApiResult, Error, ApiContext>()
    .use(injectLambdaContext(logger))
    .use(accessLog(UNKNOWN_ROUTE.name))
    .use(problemResponse())
    .handler(async ({ rawPath, requestContext: { http } }) => {
      throw refusalOf(http.method, rawPath);
    });
}

/** A path that has the method, and yet came here, has an id that cannot be decoded: nothing is there. */
function refusalOf(method: string, path: string): RunbookError {
  const allow: readonly string[] = methodsAt(path);
  if (allow.length === 0 || allow.includes(method))
    return new RunbookError("not_found", "There is nothing at this path: no route has it.");
  return new RunbookError("method_not_allowed", `This path takes ${allow.join(", ")} only.`, { allow });
}
