// Every Lambda function of the contract: its name, kind, routes, and the code that it begins with.
import { AUTHORIZER_FUNCTION } from "../../../shared/contract/authorizer.ts";
import { RULES, SCHEDULES, STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { POOL_TRIGGERS } from "../../../shared/contract/identity.ts";
import { PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import {
  CLASS_NAMES,
  functionOfClass,
  ROUTE_CLASSES,
  type RouteOfClass,
  routesOfClass,
} from "../../../shared/contract/route-classes.ts";
import { WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import { RECORD_CALLBACK, WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";

/**
 * `identity`: only where the stack has a user pool of its own. `authorizer`: only where a REST API has none. `console`: what browsers show, `widgets`: what the AWS console
 * shows.
 */
export type Kind = "api" | "workflow" | "events" | "identity" | "authorizer" | "console" | "widgets";
/**
 * `code`: the module that the bundle begins with; it exports `handler`, and its paths start at the project's root.
 * `routes`: the routes that the function answers; only those of kind `api` have any.
 */
export type Entry = {
  name: string;
  kind: Kind;
  description?: string;
  code: string;
  routes: readonly RouteOfClass[];
};

const targets = [RULES, SCHEDULES, STREAM_TARGETS].flatMap((kind) =>
  Object.values<{ target: string }>(kind).map(({ target }) => target),
);

const NAMES: Record<Exclude<Kind, "api">, readonly string[]> = {
  workflow: [...Object.values(WORKFLOW_FUNCTIONS), RECORD_CALLBACK],
  events: [...new Set(targets)],
  identity: Object.values(POOL_TRIGGERS).map(({ target }) => target),
  authorizer: [AUTHORIZER_FUNCTION],
  console: [PAGES_FUNCTION],
  widgets: [WIDGETS_FUNCTION],
};

export const ENTRIES: readonly Entry[] = [
  ...CLASS_NAMES.map((name) => {
    const routes = routesOfClass(name);
    const description = ROUTE_CLASSES[name];
    return {
      name: functionOfClass(name),
      kind: "api",
      description,
      code: classCode(routes),
      routes,
    } as const;
  }),
  ...(["workflow", "events", "identity", "authorizer", "console", "widgets"] as const).flatMap((kind) =>
    NAMES[kind].map((name) => {
      const code = `export { handler } from "./functions/${kind}/${name}.ts";`;
      return { name, kind, code, routes: [] };
    }),
  ),
];

/** Each route is imported when it is first called, so esbuild makes a chunk of its own of what only it needs. */
function classCode(routes: readonly RouteOfClass[]): string {
  const loaders = routes.map(
    ({ name, routeKey }) => `  ${JSON.stringify(routeKey)}: () => import("./functions/api/${name}.ts"),`,
  );
  return [
    `import { classHandler } from "./shared/handlers/class-handler.ts";`,
    `export const handler = classHandler({`,
    ...loaders,
    `});`,
  ].join("\n");
}
