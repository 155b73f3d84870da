// The catch-all route for unknown paths, and the methods that a path supports.
import { findPage, PAGE_METHODS } from "./pages.ts";
import type { Throttle } from "./route.ts";
import { ALL_ROUTES } from "./routes.ts";

/** API Gateway's `$default` route. Public, because a 404 needs no token. */
export const UNKNOWN_ROUTE = {
  name: "unknown-route",
  routeKey: "$default",
  access: "public",
  summary: "Answers 404, 405 with the supported methods, or the way to a page",
  throttle: { ratePerSecond: 10, burst: 20 },
} as const satisfies {
  name: string;
  routeKey: "$default";
  access: "public";
  summary: string;
  throttle: Throttle;
};

const KNOWN_PATHS = ALL_ROUTES.map(([, { method, path }]) => ({ method, segments: path.split("/") }));

/** Returns the methods of all routes that match the path, ignoring the form of ids, in the order of the contract. */
export function findMethods(path: string): string[] {
  if (findPage(path) !== null) return [...PAGE_METHODS];
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
