// classHandler(routes): the routes of a class as one Lambda handler. A route's code is loaded at its first request.

// What every route needs is loaded with the function, while Lambda gives it a whole CPU, and not at a request.
import "./api-handler.ts";
import "../application/request/access.ts";
import type { Context } from "aws-lambda";
import { readRouteKey } from "../http/gateway-event.ts";

type Handler = (event: unknown, context: Context) => unknown;
/** Route key, as the event says it → what loads the route's file. */
type Routes = Readonly<Record<string, () => Promise<{ handler: Handler }>>>;

/** @throws for a route of another class: the API has sent it to the wrong function, a defect of the stack. */
export function classHandler(routes: Routes): Handler {
  return async (event, context) => {
    const routeKey = readRouteKey(event);
    const load = routes[routeKey];
    if (!load) throw new Error(`This function has no route ${routeKey}`);
    const { handler } = await load();
    return handler(event, context);
  };
}
