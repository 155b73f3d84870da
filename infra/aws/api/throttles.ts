// How many requests each route takes: what the deployment says of it, else the contract.
import { PAGE_ROUTES } from "../../../shared/contract/pages.ts";
import { routeKeyOf, type Throttle } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import type { Options } from "../options/options.ts";

type Given = Pick<Options, "startsPerSecond" | "routeThrottles">;

/**
 * Route key → throttle, of each route that has one of its own. `startsPerSecond`: executions that the requests of each
 * route may start; undefined: as many as the API takes requests.
 */
export function listThrottles({ startsPerSecond, routeThrottles }: Given): ReadonlyMap<string, Throttle> {
  const startsOf = (perRequest: number) =>
    startsPerSecond && {
      ratePerSecond: startsPerSecond / perRequest,
      burst: Math.max(1, Math.floor((2 * startsPerSecond) / perRequest)),
    };
  const own = ALL_ROUTES.flatMap(([, route]) => {
    const throttle = route.throttle ?? (route.startsExecutions && startsOf(route.startsExecutions));
    return throttle ? [[routeKeyOf(route), throttle] as const] : [];
  });
  const pages = PAGE_ROUTES.map((route) => [routeKeyOf(route), route.throttle] as const);
  const others = [UNKNOWN_ROUTE.routeKey, UNKNOWN_ROUTE.throttle] as const;
  return new Map([...own, ...pages, others, ...Object.entries(routeThrottles)]);
}
