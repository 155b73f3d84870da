// pageHandler(name, fn): the pages for browsers as a Lambda handler. `fn` finds what a path answers.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { PageContent } from "../contract/page-content.ts";
import { accessLog } from "../http/access-log.ts";
import type { ApiContext, ApiEvent, ApiResult } from "../http/call.ts";
import { fromGateway } from "../http/gateway-event.ts";
import { problemResponse } from "../http/problem-response.ts";
import { renderPage } from "../http/render-page.ts";
import { logger } from "../logging/logger.ts";

export function pageHandler(name: string, fn: (path: string) => Promise<PageContent>) {
  return fromGateway(
    middy<ApiEvent, ApiResult, Error, ApiContext>()
      .use(injectLambdaContext(logger))
      .use(accessLog(name))
      .use(problemResponse())
      .handler(async (event) => renderPage(await fn(event.path), event)),
  );
}
