// Finds values in messages by JSON Pointer (RFC 6901). Pure.
import { isContainer, type JsonValue } from "../json.ts";
import type { Place } from "./kind.ts";

/** Prefix of pointers that start at the message, not at the item. */
export const FROM_MESSAGE = "message:";

/** A message, and one of its items with the pointer to it. Without items, the item is the message and `at` is empty. */
export type Part = { message: JsonValue; item: JsonValue; at: string };

/** What was found, and where; a fixed text is nowhere. */
type Found = { value: JsonValue; at: string | null; isGuess?: true };

/** Returns the first value of the place that is there. Null and empty text are not. */
export function findValue(part: Part, place: Place): Found | null {
  for (const alternative of place) {
    if (typeof alternative !== "string")
      return "text" in alternative
        ? { value: alternative.text, at: null }
        : { value: alternative.guess, at: null, isGuess: true };
    const { root, base, pointer } = resolve(part, alternative);
    const value = valueAt(root, pointer);
    if (value !== undefined && value !== null && value !== "") return { value, at: `${base}${pointer}` };
  }
  return null;
}

/** Returns the pointers of a place, as they stand in the whole message. */
export function pointersOf(part: Part, place: Place): string[] {
  return place.flatMap((alternative) => {
    if (typeof alternative !== "string") return [];
    const { base, pointer } = resolve(part, alternative);
    return [`${base}${pointer}`];
  });
}

function resolve({ message, item, at }: Part, text: string) {
  return text.startsWith(FROM_MESSAGE)
    ? { root: message, base: "", pointer: text.slice(FROM_MESSAGE.length) }
    : { root: item, base: at, pointer: text };
}

/** Returns undefined if the pointer leads nowhere. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  if (pointer === "") return root;
  let value: unknown = root;
  for (const escaped of pointer.slice(1).split("/")) {
    const name = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!isContainer(value) || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value as JsonValue;
}
