// RE2, which matches patterns in linear time. Its code is a fifth of a function that starts executions, and few runbooks
// have a pattern, so it is loaded for a schema that has one.
import type { RE2JS } from "re2js";
import { isObject } from "../domain/json.ts";
import { type ParameterSchema, parametersOf } from "./schema.ts";

let engine: typeof RE2JS | undefined;

/** Loads RE2 if a parameter has a pattern. To be awaited before `checkParameterSchema` and `applyParameters`. */
export async function loadPatternEngine(schema: ParameterSchema): Promise<void> {
  const hasPattern = ({ pattern, items }: { pattern?: unknown; items?: unknown }): boolean =>
    pattern !== undefined || (isObject(items) && hasPattern(items));
  if ([...parametersOf(schema).values()].some(hasPattern)) engine ??= (await import("re2js")).RE2JS;
}

/** @throws if a caller has forgotten `loadPatternEngine`. */
export function requirePatternEngine(): typeof RE2JS {
  if (engine) return engine;
  throw new Error("The engine of patterns is not loaded");
}
