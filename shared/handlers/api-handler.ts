// apiHandler(route, loader, fn): a route as a Lambda handler. The route's row in the contract authorizes, parses and
// renders. `fn` does the work.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { AccessLoader, AccessResources } from "../application/request/access.ts";
import type { Route } from "../contract/route.ts";
import { ROUTES, type RouteName } from "../contract/routes.ts";
import type { Caller } from "../domain/caller.ts";
import type { Issue } from "../domain/errors.ts";
import type { Source } from "../domain/sources/source.ts";
import { accessLog } from "../http/access-log.ts";
import { type Answer, renderAnswer } from "../http/answer.ts";
import { authorize, type Guard, type Load } from "../http/authorize.ts";
import { type ApiContext, type ApiEvent, type ApiResult, type Call, known } from "../http/call.ts";
import { fromGateway } from "../http/gateway-event.ts";
import { problemResponse } from "../http/problem-response.ts";
import { parseRequest, type Request } from "../http/request.ts";
import { logger } from "../logging/logger.ts";

type Row<N extends RouteName> = (typeof ROUTES)[N]["access"];
/** The resource that the row's `access` names, loaded and authorized; of a signed route, the source that its guard found. */
type ResourceOf<N extends RouteName> = (typeof ROUTES)[N] extends { signed: true }
  ? Source
  : Row<N> extends { on: infer On extends keyof AccessResources }
    ? AccessResources[On]
    : null;
/** The only loader that fits the row, so that no handler can forget or confuse it. */
type LoaderOf<N extends RouteName> =
  Row<N> extends { on: infer On extends keyof AccessResources } ? AccessLoader<On> : "public";

type Options<N extends RouteName> = {
  /** Runs before the body is read, in addition to the row's checks. */
  guard?: Guard<Request<N>["params"]>;
  /** Returns further issues of a body that does not match its schema. */
  issues?: (data: unknown, resource: ResourceOf<N>, caller: Caller) => Issue[] | Promise<Issue[]>;
};

export function apiHandler<N extends RouteName>(
  name: N,
  loader: LoaderOf<N>,
  fn: (request: Request<N>, resource: ResourceOf<N>) => Promise<Answer<N>>,
  { guard, issues }: Options<N> = {},
) {
  const route: Route = ROUTES[name];
  const load: Load = (access, caller, ids) =>
    access === "public" || loader === "public" ? null : loader.load(caller, access, ids);
  const inspect = (call: Call) => (data: unknown) =>
    call.caller ? (issues?.(data, call.resource as ResourceOf<N>, call.caller) ?? []) : [];
  return fromGateway(
    middy<ApiEvent, ApiResult, Error, ApiContext>()
      .use(injectLambdaContext(logger))
      .use(accessLog(name))
      .use(problemResponse())
      .use(authorize(route, load, guard))
      .use(parseRequest(name, inspect))
      .use(renderAnswer(name))
      .handler(async (_event, context) => {
        const request = known(context, "request") as Request<N>;
        // `renderAnswer` turns this into the response.
        return (await fn(request, context.call.resource as ResourceOf<N>)) as ApiResult;
      }),
  );
}
