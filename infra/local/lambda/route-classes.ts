// The functions of the classes of routes, as on AWS: one handler for each, over the files of its routes.
import type { Context } from "aws-lambda";
import { CLASS_NAMES, functionOfClass, type RouteClass } from "../../../shared/contract/function-names.ts";
import { routesOfClass } from "../../../shared/contract/route-classes.ts";

type Handler = (event: unknown, context: Context) => unknown;

/** Returns the path by which the function of a class is loaded. */
export const pathOfClass = (name: RouteClass) => `classes/${functionOfClass(name)}`;

/** Loads the class of a path from `pathOfClass`; null for any other path. `load` loads the handlers of its routes. */
export async function loadClass(
  path: string,
  load: (path: string) => Promise<Handler>,
): Promise<Handler | null> {
  const className = CLASS_NAMES.find((name) => pathOfClass(name) === path);
  if (className === undefined) return null;
  // Like the functions, after the environment is set.
  const { classHandler } = await import("../../../shared/handlers/class-handler.ts");
  const loaders = routesOfClass(className).map(({ name, routeKey }) => [
    routeKey,
    async () => ({ handler: await load(`api/${name}`) }),
  ]);
  return classHandler(Object.fromEntries(loaders));
}
