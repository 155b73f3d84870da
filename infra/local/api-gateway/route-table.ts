// Finds the route of a request as API Gateway does: a literal part of a path wins over a parameter.
import { PAGE_ROUTES, PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { routeKeyOf } from "../../../shared/contract/route.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { WIDGETS_MODULE, WIDGETS_PAGE, WIDGETS_ROUTE } from "../console/widgets-page.ts";
import { pathOfClass } from "../lambda/route-classes.ts";

/** `target`: the function that the route's requests go to, as a path that loads it. Without one: the route's own. */
type AnyRoute = {
  access: unknown;
  target?: string;
  startsExecutions?: number;
  /** `always`: the body, if it is the same for everybody. */
  answer?: { always?: unknown };
};
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
  always?: unknown;
  pathParameters: Record<string, string>;
};
export type FindRoute = (method: string, path: string) => RouteMatch | null;

/** The path that loads the function of the pages. */
export const PAGES_TARGET = `console/${PAGES_FUNCTION}`;

/** As on AWS, the routes of a class have one function, and so have the pages. The page of the widgets is here alone. */
export const CONTRACT_ROUTES: Readonly<Record<string, RouteData>> = Object.fromEntries<RouteData>([
  ...[...ALL_ROUTES, [UNKNOWN_ROUTE.name, UNKNOWN_ROUTE] as const].map(
    ([name, route]) => [name, { ...route, target: pathOfClass(classOf(route)) }] as const,
  ),
  ...PAGE_ROUTES.map((route) => [routeKeyOf(route), { ...route, target: PAGES_TARGET }] as const),
  [routeKeyOf(WIDGETS_ROUTE), { ...WIDGETS_ROUTE, target: WIDGETS_PAGE }],
]);

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
      if (route.method !== method) continue;
      const pathParameters = matchSegments(segments, parts);
      if (pathParameters !== null) return { ...match, pathParameters };
    }
    return others;
  };
}

/** A route that names no function has one of its own. */
const ownTarget = (name: string) => `api/${name}`;

/** The modules that a route needs: of a class, its own file too. */
export function listModules(name: string, { target }: RouteData): string[] {
  if (target === PAGES_TARGET) return [target];
  if (target === WIDGETS_PAGE) return [WIDGETS_MODULE];
  return [ownTarget(name), ...(target === undefined ? [] : [target])];
}

function pathRoute(name: string, { method, path, access, target = ownTarget(name), ...rest }: PathRoute) {
  const { startsExecutions } = rest;
  const starts = startsExecutions === undefined ? {} : { startsExecutions };
  const match = {
    name,
    target,
    routeKey: routeKeyOf({ method, path }),
    access,
    always: rest.answer?.always,
    ...starts,
  };
  return { method, segments: path.split("/"), match };
}

const parameterOf = (segment: string) => /^\{(\w+)\}$/.exec(segment)?.[1];
/** `{page+}`: the last segment, and all that come after it. */
const restOf = (segment: string | undefined) => /^\{(\w+)\+\}$/.exec(segment ?? "")?.[1];

/** Sort key of a route, segment by segment from the left: `2` for a literal, `1` for a parameter, `0` for the rest. */
const specificity = (segments: string[]) =>
  segments.map((segment) => (restOf(segment) ? "0" : parameterOf(segment) ? "1" : "2")).join("");

function matchSegments(segments: string[], parts: string[]): Record<string, string> | null {
  const rest = restOf(segments.at(-1));
  if (rest !== undefined) return matchRest(segments.slice(0, -1), parts, rest);
  if (segments.length !== parts.length) return null;
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

/** What stands for the rest has one character at least: `/console/` does not match `/console/{page+}`. */
function matchRest(begin: string[], parts: string[], name: string): Record<string, string> | null {
  const found = matchSegments(begin, parts.slice(0, begin.length));
  const rest = decodePart(parts.slice(begin.length).join("/"));
  return found && rest ? { ...found, [name]: rest } : null;
}

function decodePart(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
