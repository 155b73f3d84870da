// What takes every request that no route takes, and which methods a path has.
import type { Method, Throttle } from "./route.ts";
import { ALL_ROUTES } from "./routes.ts";

/** API Gateway's catch-all: public, since nobody needs a token to hear that there is nothing. */
export const UNKNOWN_ROUTE = {
  name: "unknown-route",
  routeKey: "$default",
  access: "public",
  summary: "Tells that there is no such path, or which methods it has",
  throttle: { ratePerSecond: 10, burst: 20 },
} as const satisfies {
  name: string;
  routeKey: "$default";
  access: "public";
  summary: string;
  throttle: Throttle;
};

const KNOWN_PATHS = ALL_ROUTES.map(([, { method, path }]) => ({ method, segments: path.split("/") }));

/** The methods of the routes that this path fits, whatever stands in the place of ids, in the order of the contract. */
export function findMethods(path: string): Method[] {
  const parts = path.split("/");
  return [
    ...new Set(KNOWN_PATHS.flatMap(({ method, segments }) => (matchesPath(segments, parts) ? [method] : []))),
  ];
}

function matchesPath(segments: readonly string[], parts: readonly string[]): boolean {
  if (segments.length !== parts.length) return false;
  return segments.every((segment, index) =>
    segment.startsWith("{") ? parts[index] !== "" : segment === parts[index],
  );
}
