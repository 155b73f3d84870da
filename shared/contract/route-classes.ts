// Which class a route belongs to, by what it may do: the routes of a class share one Lambda function, and with it one role.
import type { RouteClass } from "./function-names.ts";
import { type Route, routeKeyOf } from "./route.ts";
import { ALL_ROUTES, type RouteName } from "./routes.ts";
import { UNKNOWN_ROUTE } from "./unknown-route.ts";

/** A route of a class: its file in functions/api, and the key by which API Gateway names it in its events. */
export type RouteOfClass = { name: RouteName | typeof UNKNOWN_ROUTE.name; routeKey: string };

/** The class that a route of this action belongs to, unless its row names another. */
const CLASS_OF_ACTION = { view: "read", execute: "run", manage: "manage", approve: "approve" } as const;

export function classOf({ access, class: named }: Pick<Route, "access" | "class">): RouteClass {
  return named ?? (access === "public" ? "public" : CLASS_OF_ACTION[access.action]);
}

const MEMBERS: readonly (RouteOfClass & { class: RouteClass })[] = [
  ...ALL_ROUTES.map(([name, route]) => ({ name, routeKey: routeKeyOf(route), class: classOf(route) })),
  { name: UNKNOWN_ROUTE.name, routeKey: UNKNOWN_ROUTE.routeKey, class: classOf(UNKNOWN_ROUTE) },
];

export const routesOfClass = (name: RouteClass): readonly RouteOfClass[] =>
  MEMBERS.filter((member) => member.class === name);
