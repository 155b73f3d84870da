// Masks the strings of a callback one by one, so that its JSON structure stays valid.
import { type CallbackInput, CallbackInput as Schema } from "../domain/executions/callback.ts";
import type { JsonValue } from "../domain/json.ts";
import { MASK } from "../domain/runbooks/webhook-auth.ts";
import { maskSecrets } from "./mask.ts";

export function maskCallback(input: CallbackInput, secrets: readonly string[]): CallbackInput {
  const mask = (text: string) => maskSecrets(text, secrets);
  const message =
    input.message === undefined ? {} : { message: mask(input.message).slice(0, MAX_MESSAGE_LENGTH) };
  if (input.status === "RUNNING") return Schema.parse({ ...input, ...message });
  return {
    ...input,
    ...message,
    ...(input.output !== undefined && { output: maskJson(input.output, mask) }),
  };
}

/** Masking can make a text longer. */
const MAX_MESSAGE_LENGTH = 500;

function maskJson(value: JsonValue, mask: (text: string) => string): JsonValue {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number") return mask(String(value)) === String(value) ? value : MASK;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask));
  const members = Object.entries(value).map(
    ([name, member]) => [mask(name), maskJson(member, mask)] as const,
  );
  return Object.fromEntries(members);
}
