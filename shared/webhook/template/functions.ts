// The helpers of templates: one table for check, renderer and docs.
import type { Helper } from "./helper-types.ts";
import { LOGIC_HELPERS } from "./logic-helpers.ts";
import { TEXT_HELPERS } from "./text-helpers.ts";
import { TIME_HELPERS } from "./time-helpers.ts";

export const HELPERS: Readonly<Record<string, Helper>> = {
  ...TEXT_HELPERS,
  ...TIME_HELPERS,
  ...LOGIC_HELPERS,
};

export const HELPER_NAMES = Object.keys(HELPERS);

/** Looks up own entries only: `constructor` is not a helper. */
export function getHelper(name: string): Helper | undefined {
  return Object.hasOwn(HELPERS, name) ? HELPERS[name] : undefined;
}
