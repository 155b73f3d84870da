// The helpers that do not take their arguments as plain values: and, or, lookup and choose.
import { memberOf } from "./data.ts";
import { callError } from "./expression-names.ts";
import { textOf } from "./helper-types.ts";
import type { CallExpression, Expression } from "./nodes.ts";
import { type Data, Secret } from "./secret.ts";

export const TELLS_SECRET = "the result would tell what a secret is";

/** `and` stops at the first false, `or` at the first true, so that a later argument may need an earlier one. */
export function evaluateJunction(call: CallExpression, read: (argument: Expression) => Data): boolean {
  const decisive = call.name === "or";
  for (const argument of call.args) {
    const value = read(argument);
    if (value instanceof Secret) throw callError(call, TELLS_SECRET);
    if (value !== null && typeof value !== "boolean")
      throw callError(call, "needs conditions, such as (isSet …)");
    if (value === decisive) return decisive;
  }
  return !decisive;
}

/** Returns the entry whose name is the value. */
export function chooseEntry(call: CallExpression, value: Data, entries: readonly Data[]): Data {
  if (value instanceof Secret) throw callError(call, TELLS_SECRET);
  if (typeof value === "object") throw callError(call, "needs a text");
  const index = call.keys?.indexOf(textOf(value)) ?? -1;
  const entry = entries[index];
  if (entry === undefined)
    throw callError(call, `has no entry for the value; its entries are ${call.keys?.join(", ")}`);
  return entry;
}

/** Returns the member, or null. Own members only, never a prototype's. */
export function lookUp(call: CallExpression, container: Data, key: Data): Data {
  if (container instanceof Secret || key instanceof Secret) throw callError(call, TELLS_SECRET);
  if (typeof container !== "object") throw callError(call, "needs a list or an object");
  if (typeof key !== "string" && typeof key !== "number") throw callError(call, "needs a name or an index");
  const isIndex = /^\d+$/.test(String(key));
  return Array.isArray(container) && !isIndex ? null : (memberOf(container, String(key)) ?? null);
}
