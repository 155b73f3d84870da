// What changed between two definitions, field by field; of a secret only that it did.
import { type Audience, maskAuth, secretsOf } from "./credentials.ts";
import { DEFINITION_FIELDS, type StoredDefinition } from "./definition.ts";
import { type JsonValue, sameJson } from "./json.ts";

/** `field` is the dotted way to what differs; a secret has neither `from` nor `to`. */
export type Difference = {
  field: string;
  change: "added" | "removed" | "changed";
  from?: JsonValue;
  to?: JsonValue;
};

export function definitionDifferences(
  from: StoredDefinition,
  to: StoredDefinition,
  audience: Audience,
): Difference[] {
  const fields = DEFINITION_FIELDS.filter((field) => field !== "webhookAuth");
  const plain = fields.flatMap((field) =>
    differences(field, from[field] as JsonValue, to[field] as JsonValue),
  );
  const shown = differences(
    "webhookAuth",
    { ...maskAuth(from.webhookAuth, audience) } as JsonValue,
    { ...maskAuth(to.webhookAuth, audience) } as JsonValue,
  );
  return [...plain, ...shown, ...secretDifferences(from, to, audience)];
}

/** Objects are compared member by member, anything else as a whole. */
function differences(field: string, from: JsonValue | undefined, to: JsonValue | undefined): Difference[] {
  if (sameJson(from ?? null, to ?? null)) return [];
  if (from === undefined) return [{ field, change: "added", to: to ?? null }];
  if (to === undefined) return [{ field, change: "removed", from }];
  if (!isObject(from) || !isObject(to)) return [{ field, change: "changed", from, to }];
  const members = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return members.flatMap((name) => differences(`${field}.${name}`, own(from, name), own(to, name)));
}

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (object: { [key: string]: JsonValue }, name: string) =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Secrets that both have, under the same field, but not the same, though they are shown alike. */
function secretDifferences(from: StoredDefinition, to: StoredDefinition, audience: Audience): Difference[] {
  const before = secretsOf(from.webhookAuth);
  const shownBefore = secretsOf(maskAuth(from.webhookAuth, audience));
  const shownAfter = secretsOf(maskAuth(to.webhookAuth, audience));
  return [...secretsOf(to.webhookAuth)]
    .filter(([pointer, secret]) => before.has(pointer) && !sameJson(before.get(pointer), secret))
    .filter(([pointer]) => sameJson(shownBefore.get(pointer), shownAfter.get(pointer)))
    .map(([pointer]) => ({ field: pointer.slice(1).replaceAll("/", "."), change: "changed" }));
}
