// Handles requests without a route: 404, or 405 with the methods of the path. Reads only method and path.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { findMethods, UNKNOWN_ROUTE } from "../contract/unknown-route.ts";
import { ServiceError } from "../domain/errors.ts";
import { logger } from "../logging/logger.ts";
import { accessLog } from "./access-log.ts";
import type { ApiContext, ApiEvent, ApiResult } from "./call.ts";
import { problemResponse } from "./problem-response.ts";

export function unknownRouteHandler() {
  return middy<ApiEvent, ApiResult, Error, ApiContext>()
    .use(injectLambdaContext(logger))
    .use(accessLog(UNKNOWN_ROUTE.name))
    .use(problemResponse())
    .handler(async ({ rawPath, requestContext: { http } }) => {
      throw toRouteError(http.method, rawPath);
    });
}

/** If the path has the method, its id could not be decoded. That gives `not_found`. */
function toRouteError(method: string, path: string): ServiceError {
  const allow: readonly string[] = findMethods(path);
  if (allow.length === 0 || allow.includes(method))
    return new ServiceError("not_found", "There is nothing at this path: no route has it.");
  return new ServiceError("method_not_allowed", `This path takes ${allow.join(", ")} only.`, { allow });
}
