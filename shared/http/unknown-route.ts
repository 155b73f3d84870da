// Handles requests without a route: 404, 405 with the methods of the path, or the way to a page. Reads no body.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { PAGE_METHODS, PAGE_ROUTES } from "../contract/pages.ts";
import { findMethods, UNKNOWN_ROUTE } from "../contract/unknown-route.ts";
import { ServiceError } from "../domain/errors.ts";
import { logger } from "../logging/logger.ts";
import { accessLog } from "./access-log.ts";
import type { ApiContext, ApiEvent, ApiResult } from "./call.ts";
import { fromGateway } from "./gateway-event.ts";
import { problemResponse } from "./problem-response.ts";

export function unknownRouteHandler() {
  return fromGateway(
    middy<ApiEvent, ApiResult, Error, ApiContext>()
      .use(injectLambdaContext(logger))
      .use(accessLog(UNKNOWN_ROUTE.name))
      .use(problemResponse())
      .handler(async ({ method, path, rawQueryString }) => {
        const page = getPageBefore(path);
        if (page === null || !READS.includes(method)) throw toRouteError(method, path);
        const query = rawQueryString === "" ? "" : `?${rawQueryString}`;
        return { statusCode: 308, headers: { location: `${page}${query}`, "cache-control": "no-store" } };
      }),
  );
}

const READS: readonly string[] = PAGE_METHODS;

/** Returns the page's path, if only a slash at its end keeps API Gateway from finding it. */
const getPageBefore = (path: string): string | null =>
  PAGE_ROUTES.find((page) => path === `${page.path}/`)?.path ?? null;

/** If the path has the method, its id could not be decoded. That gives `not_found`. */
function toRouteError(method: string, path: string): ServiceError {
  const allow: readonly string[] = findMethods(path);
  if (allow.length === 0 || allow.includes(method))
    return new ServiceError("not_found", "There is nothing at this path: no route has it.");
  return new ServiceError("method_not_allowed", `This path takes ${allow.join(", ")} only.`, { allow });
}
