// Finds the route of a request as API Gateway does: a literal part of a path wins over a parameter.
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";

/** `$default` handles requests that match no other route. */
type DefaultRoute = { routeKey: "$default"; access: unknown };
type PathRoute = { method: string; path: string; access: unknown };
export type RouteData = PathRoute | DefaultRoute;
export type RouteMatch = {
  name: string;
  routeKey: string;
  access: unknown;
  pathParameters: Record<string, string>;
};
export type FindRoute = (method: string, path: string) => RouteMatch | null;

export const CONTRACT_ROUTES: Readonly<Record<string, RouteData>> = Object.fromEntries<RouteData>([
  ...ALL_ROUTES,
  [UNKNOWN_ROUTE.name, UNKNOWN_ROUTE],
]);

export function routeTable(routes: Readonly<Record<string, RouteData>>): FindRoute {
  const known = Object.entries(routes)
    .flatMap(([name, route]) => ("path" in route ? [{ name, route, segments: route.path.split("/") }] : []))
    .sort((a, b) => specificity(b.segments).localeCompare(specificity(a.segments)));
  const [others = null] = Object.entries(routes).flatMap(([name, route]) =>
    "routeKey" in route ? [{ name, ...route, pathParameters: {} }] : [],
  );
  return (method, path) => {
    const parts = path.split("/");
    for (const { name, route, segments } of known) {
      if (route.method !== method || segments.length !== parts.length) continue;
      const pathParameters = matchSegments(segments, parts);
      if (pathParameters !== null)
        return { name, routeKey: `${method} ${route.path}`, access: route.access, pathParameters };
    }
    return others;
  };
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
