// Validates parameter names, and suggests the known name closest to a mistyped one.
import { findNearestName } from "../domain/nearest-name.ts";
import { PARAMETER_NAME } from "../domain/runbooks/parameter-name.ts";

/** Members of every JavaScript object, and words that a template cannot use in a path (`params.true`). */
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "prototype",
  "this",
  "true",
  "false",
  "null",
  "undefined",
]);

export function nameProblem(name: string): string | undefined {
  if (RESERVED.has(name)) return "has a reserved name; choose another";
  if (PARAMETER_NAME.test(name)) return undefined;
  return "must have a name of 1 to 64 letters, digits, - and _ that starts with a letter";
}

/** Returns `; did you mean "service"?`, or nothing if no known name is close. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = findNearestName(name, known);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
