// Compares two definitions field by field. Of secrets it shows only whether they changed.

import { isSameJson, type JsonValue } from "../json.ts";
import type { Audience } from "../permissions.ts";
import { maskAuth, secretsOf } from "./credentials.ts";
import { DEFINITION_FIELDS, type DefinitionRecord } from "./definition.ts";

/** `field` is a dotted path. A secret has neither `from` nor `to`. */
type Difference = {
  field: string;
  change: "added" | "removed" | "changed";
  from?: JsonValue;
  to?: JsonValue;
};

export function diffDefinitions(
  from: DefinitionRecord,
  to: DefinitionRecord,
  audience: Audience,
): Difference[] {
  const fields = DEFINITION_FIELDS.filter((field) => field !== "webhookAuth");
  const plain = fields.flatMap((field) =>
    diffValues(field, from[field] as JsonValue, to[field] as JsonValue),
  );
  const authDifferences = diffValues(
    "webhookAuth",
    { ...maskAuth(from.webhookAuth, audience) } as JsonValue,
    { ...maskAuth(to.webhookAuth, audience) } as JsonValue,
  );
  return [...plain, ...authDifferences, ...diffSecrets(from, to, audience)];
}

/** Compares objects member by member, other values as a whole. */
function diffValues(field: string, from: JsonValue | undefined, to: JsonValue | undefined): Difference[] {
  if (isSameJson(from ?? null, to ?? null)) return [];
  if (from === undefined) return [{ field, change: "added", to: to ?? null }];
  if (to === undefined) return [{ field, change: "removed", from }];
  if (!isObject(from) || !isObject(to)) return [{ field, change: "changed", from, to }];
  const members = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return members.flatMap((name) =>
    diffValues(`${field}.${name}`, ownMember(from, name), ownMember(to, name)),
  );
}

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ownMember = (object: { [key: string]: JsonValue }, name: string) =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Finds secrets that look alike when masked, but differ. */
function diffSecrets(from: DefinitionRecord, to: DefinitionRecord, audience: Audience): Difference[] {
  const before = secretsOf(from.webhookAuth);
  const maskedBefore = secretsOf(maskAuth(from.webhookAuth, audience));
  const maskedAfter = secretsOf(maskAuth(to.webhookAuth, audience));
  return [...secretsOf(to.webhookAuth)]
    .filter(([pointer, secret]) => before.has(pointer) && !isSameJson(before.get(pointer), secret))
    .filter(([pointer]) => isSameJson(maskedBefore.get(pointer), maskedAfter.get(pointer)))
    .map(([pointer]) => ({ field: pointer.slice(1).replaceAll("/", "."), change: "changed" }));
}
