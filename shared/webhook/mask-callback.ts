// Masks a callback text by text, so that it stays the JSON that it was.
import { type GivenCallback, GivenCallback as Schema } from "../domain/callback.ts";
import type { JsonValue } from "../domain/json.ts";
import { MASK } from "../domain/webhook-auth.ts";
import { maskSecrets } from "./mask.ts";

export function maskCallback(given: GivenCallback, secrets: readonly string[]): GivenCallback {
  const mask = (text: string) => maskSecrets(text, secrets);
  const message = given.message === undefined ? {} : { message: mask(given.message).slice(0, LONGEST) };
  if (given.status === "RUNNING") return Schema.parse({ ...given, ...message });
  return { ...given, ...message, ...(given.output !== undefined && { output: masked(given.output, mask) }) };
}

/** A mask can be longer than what it hides. */
const LONGEST = 500;

function masked(value: JsonValue, mask: (text: string) => string): JsonValue {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number") return mask(String(value)) === String(value) ? value : MASK;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  const members = Object.entries(value).map(([name, member]) => [mask(name), masked(member, mask)] as const);
  return Object.fromEntries(members);
}
