// Finds the route of a request as API Gateway does: a literal part of a path wins over a parameter.
import { routeKeyOf } from "../../../shared/contract/route.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { pathOfClass } from "../lambda/route-classes.ts";

/** `target`: the function that the route's requests go to, as a path that loads it. Without one: the route's own. */
type AnyRoute = { access: unknown; target?: string; startsExecutions?: number };
/** `$default` handles requests that match no other route. */
type DefaultRoute = AnyRoute & { routeKey: "$default" };
type PathRoute = AnyRoute & { method: string; path: string };
export type RouteData = PathRoute | DefaultRoute;
export type RouteMatch = {
  name: string;
  target: string;
  routeKey: string;
  access: unknown;
  startsExecutions?: number;
  pathParameters: Record<string, string>;
};
export type FindRoute = (method: string, path: string) => RouteMatch | null;

/** As on AWS, the routes of a class have one function. */
export const CONTRACT_ROUTES: Readonly<Record<string, RouteData>> = Object.fromEntries<RouteData>(
  [...ALL_ROUTES, [UNKNOWN_ROUTE.name, UNKNOWN_ROUTE] as const].map(([name, route]) => [
    name,
    { ...route, target: pathOfClass(classOf(route)) },
  ]),
);

export function routeTable(routes: Readonly<Record<string, RouteData>>): FindRoute {
  const known = Object.entries(routes)
    .flatMap(([name, route]) => ("path" in route ? [pathRoute(name, route)] : []))
    .sort((a, b) => specificity(b.segments).localeCompare(specificity(a.segments)));
  const [others = null] = Object.entries(routes).flatMap(([name, route]) =>
    "routeKey" in route ? [{ name, target: ownTarget(name), ...route, pathParameters: {} }] : [],
  );
  return (method, path) => {
    const parts = path.split("/");
    for (const { segments, match, ...route } of known) {
      if (route.method !== method || segments.length !== parts.length) continue;
      const pathParameters = matchSegments(segments, parts);
      if (pathParameters !== null) return { ...match, pathParameters };
    }
    return others;
  };
}

/** A route that names no function has one of its own. */
const ownTarget = (name: string) => `api/${name}`;

function pathRoute(name: string, { method, path, access, target = ownTarget(name), ...rest }: PathRoute) {
  const { startsExecutions } = rest;
  const starts = startsExecutions === undefined ? {} : { startsExecutions };
  const match = { name, target, routeKey: routeKeyOf({ method, path }), access, ...starts };
  return { method, segments: path.split("/"), match };
}

const parameterOf = (segment: string) => /^\{(\w+)\}$/.exec(segment)?.[1];

/** Sort key of a route, segment by segment from the left: `1` for a literal, `0` for a parameter. */
function specificity(segments: string[]): string {
  return segments.map((segment) => (parameterOf(segment) === undefined ? "1" : "0")).join("");
}

function matchSegments(segments: string[], parts: string[]): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    const parameter = parameterOf(segment);
    if (parameter === undefined) {
      if (segment !== part) return null;
    } else {
      const value = decodePart(part);
      if (value === null || value === "") return null;
      found[parameter] = value;
    }
  }
  return found;
}

function decodePart(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
