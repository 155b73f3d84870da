// Classes of routes, by what they may do: the routes of a class share one Lambda function, and with it one role.
import { type Route, routeKeyOf } from "./route.ts";
import { ALL_ROUTES, type RouteName } from "./routes.ts";
import { UNKNOWN_ROUTE } from "./unknown-route.ts";

/** What a class is for, and what its role never may, whichever routes come to it. */
export const ROUTE_CLASSES = {
  read: "Answers what is stored, or what would happen. Writes nothing, encrypts and decrypts nothing.",
  run: "Starts, repeats and cancels executions. Writes no version, no approval, and no audit of runbooks.",
  manage: "Changes runbooks and automations. Starts nothing, writes no approval, decrypts nothing.",
  approve: "Decides for the platform: the only class that writes approvals. Starts nothing.",
  controls:
    "Pauses, resumes and freezes: the only class that writes what stops a start. Nothing else takes up its room.",
  signing: "Opens and renews signing secrets: the only class that decrypts them. Writes no version.",
  intake:
    "Takes messages of sources: the only class that decrypts their secrets. Starts and decides nothing.",
  public: "Answers callers without a token. Writes nothing itself and decrypts nothing.",
} as const satisfies Record<string, string>;
export type RouteClass = keyof typeof ROUTE_CLASSES;
export const CLASS_NAMES = Object.keys(ROUTE_CLASSES) as RouteClass[];

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

/** Returns the name of the Lambda function of a class. On AWS the stack's name stands before it. */
export const functionOfClass = (name: RouteClass) => `api-${name}` as const;
