// Identifies the caller, parses the path and authorizes the call by the route's row, all before the body is read.
import type { Access } from "../contract/access.ts";
import type { Route } from "../contract/route.ts";
import type { Caller } from "../domain/caller.ts";
import { ServiceError } from "../domain/errors.ts";
import { bytesOf, checkBodyEnvelope } from "./body.ts";
import type { ApiEvent, ApiMiddleware } from "./call.ts";
import { requireCaller } from "./caller.ts";

/** The caller of a public route. */
const ANONYMOUS: Caller = {
  subject: "anonymous",
  platformAdmin: false,
  platformAuditor: false,
  teams: {},
};

type Ids = Readonly<Record<string, unknown>>;
/** Loads the resource that `access` names and checks the caller's rights to it. */
export type Load = (access: Access, caller: Caller, ids: Ids) => unknown;
/**
 * A check in addition to the row, such as a callback token. Headers and body are unparsed. Of a signed route it returns
 * the resource of the handler.
 */
export type Guard<Params> = (
  params: Params,
  headers: Readonly<Record<string, string | undefined>>,
  body: () => Buffer,
) => unknown;

/** Checks from cheap to expensive: the body's size and type, the caller, the path, the guard, the row. */
export function authorize(route: Route, load: Load, guard?: Guard<never>): ApiMiddleware {
  return {
    before: async ({ event, context: { call } }) => {
      checkBodyEnvelope(event, route);
      call.caller = route.access === "public" ? ANONYMOUS : requireCaller(event);
      call.params = parsePath(route, event);
      const guarded = await guard?.(call.params as never, event.headers, () => bytesOf(event));
      call.resource = route.signed ? guarded : await load(route.access, call.caller, call.params);
    },
  };
}

/** A malformed id gives the same `not_found` as an id that does not exist. */
function parsePath(route: Route, event: ApiEvent): Ids {
  const parsed = route.params?.safeParse(event.pathParameters);
  if (parsed && !parsed.success)
    throw new ServiceError("not_found", "There is nothing at this path: an id in it is malformed.");
  return parsed?.data ?? {};
}
