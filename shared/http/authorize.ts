// Who calls, what the path names, and whether the route's row allows it: all before the body is read.
import type { Access } from "../contract/access.ts";
import type { Route } from "../contract/route.ts";
import type { Caller } from "../domain/caller.ts";
import { ServiceError } from "../domain/errors.ts";
import { checkBodyEnvelope } from "./body.ts";
import type { ApiEvent, ApiMiddleware } from "./call.ts";
import { requireCaller } from "./caller.ts";

/** Who calls a public route. */
const ANONYMOUS: Caller = { subject: "anonymous", platformAdmin: false, teams: {} };

type Ids = Readonly<Record<string, unknown>>;
/** Loads what `access` names and checks the caller's rights to it. */
export type Load = (access: Access, caller: Caller, ids: Ids) => unknown;
/** What a route asks beyond its row, such as a token of its own. Headers are as they came. */
export type Guard<Params> = (
  params: Params,
  headers: Readonly<Record<string, string | undefined>>,
) => unknown;

/** From cheap to dear: the body's size and type, the caller, the path, the row, and what the route asks beyond it. */
export function authorize(route: Route, load: Load, guard?: Guard<never>): ApiMiddleware {
  return {
    before: async ({ event, context: { call } }) => {
      checkBodyEnvelope(event, route);
      call.caller = route.access === "public" ? ANONYMOUS : requireCaller(event);
      call.params = parsePath(route, event);
      await guard?.(call.params as never, event.headers);
      call.resource = await load(route.access, call.caller, call.params);
    },
  };
}

/** An id that cannot be one names nothing: it is not found, as any other id that does not exist. */
function parsePath(route: Route, event: ApiEvent): Ids {
  const parsed = route.params?.safeParse(event.pathParameters ?? {});
  if (parsed && !parsed.success)
    throw new ServiceError("not_found", "There is nothing at this path: an id in it is not one of ours.");
  return parsed?.data ?? {};
}
