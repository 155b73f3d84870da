// Writes what the API client knows of the routes at run time, from the contract.

import type { Route } from "../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";

const HEAD = `// The routes, as data for the client. Written by \`npm run docs\` from the contract.
import type { RouteRow } from "./route.ts";
import type { RouteName } from "./types.ts";

export const ROUTE_TABLE: Readonly<Record<RouteName, RouteRow>> = {
`;

/** Returns the text of clients/api-client/route-table.ts. */
export function clientTable(): string {
  return `${HEAD}${ALL_ROUTES.map(([name, route]) => rowOf(name, route)).join("")}};\n`;
}

/** In the layout of the formatter. */
function rowOf(name: string, route: Route): string {
  const flags = Object.entries({
    isPublic: route.access === "public",
    isKeyed: "idempotency-key" in (route.headers?.shape ?? {}),
    isReading: route.method === "POST" && route.class === "read",
    isList: isList(route),
  });
  const set = flags.filter(([, isSet]) => isSet).map(([flag]) => `${flag}: true`);
  const members = [`method: "${route.method}"`, `path: "${route.path}"`, ...set];
  const line = `  "${name}": { ${members.join(", ")} },\n`;
  if (line.length <= 111) return line;
  return `  "${name}": {\n${members.map((member) => `    ${member},\n`).join("")}  },\n`;
}

const isList = ({ answer: { body } }: Route) =>
  body !== undefined && "shape" in body && Object.hasOwn(Object(body.shape), "nextCursor");
