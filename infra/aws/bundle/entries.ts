// Every Lambda function of the contract: its name, kind, routes, and the code that it begins with.
import {
  CLASS_NAMES,
  FUNCTION_NAMES,
  type FunctionKind,
  functionOfClass,
  ROUTE_CLASSES,
} from "../../../shared/contract/function-names.ts";
import { type RouteOfClass, routesOfClass } from "../../../shared/contract/route-classes.ts";

export type Kind = FunctionKind;
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
    FUNCTION_NAMES[kind].map((name) => {
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
