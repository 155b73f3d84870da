// What differs between a file and what the service holds, field by field.
import { isObject, isSame, type JsonObject, type JsonValue, pointerOf, valueAt } from "./json.ts";
import { MASK } from "./schema.ts";

/** Undefined: there is none on this side. */
export type Difference = { pointer: string; before?: JsonValue; after?: JsonValue };

/** The fields that hold secrets. */
const SECRET_FIELDS = ["webhookAuth", "secrets", "signature", "clientCertificate"];

/** Pointers to the masks of a file: what they stand for is kept. */
export function masksIn(value: JsonObject): string[] {
  return SECRET_FIELDS.flatMap((field) => masksBelow(value[field], pointerOf(field)));
}

function masksBelow(value: JsonValue | undefined, pointer: string): string[] {
  if (value === MASK) return [pointer];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => masksBelow(member, pointer + pointerOf(name)));
}

/** Returns the fields of the file that are not as they are in the service. A mask is equal to any stored secret. */
export function changedFields(file: JsonObject, stored: JsonObject): string[] {
  const names = new Set([...Object.keys(file), ...Object.keys(stored)]);
  return [...names].filter((name) => {
    const [after, before] = [file[name], stored[name]];
    return !isSame(after === undefined ? after : unmask(after, pointerOf(name), stored), before);
  });
}

/** Puts what is stored in the place of each mask. */
function unmask(value: JsonValue, pointer: string, stored: JsonObject): JsonValue {
  if (value === MASK) return valueAt(stored, pointer) ?? value;
  if (!isObject(value) || !SECRET_FIELDS.some((field) => pointer.startsWith(pointerOf(field)))) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    unmask(member, pointer + pointerOf(name), stored),
  ]);
  return Object.fromEntries(members);
}

/** Returns the differences in these fields. Objects are compared member by member, lists as a whole. */
export function differencesIn(
  fields: readonly string[],
  { before, after }: { before: JsonObject; after: JsonObject },
): Difference[] {
  return fields.flatMap((name) => differ(before[name], after[name], pointerOf(name)));
}

function differ(before: JsonValue | undefined, after: JsonValue | undefined, pointer: string): Difference[] {
  if (isSame(before, after) || after === MASK) return [];
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differ(before[name], after[name], pointer + pointerOf(name)));
  }
  return [{ pointer, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}
