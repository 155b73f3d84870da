// Compares two definitions field by field. Of secrets it shows only whether they changed.

import { isSameJson, type JsonValue } from "../json.ts";
import type { Audience } from "../permissions.ts";
import { CREDENTIAL_FIELDS, maskCredentials, secretsOf } from "./credentials.ts";
import { DEFINITION_FIELDS, type DefinitionRecord } from "./definition.ts";
import type { SecretRecord } from "./webhook-auth.ts";

/** `field` is a dotted path. A secret has neither `from` nor `to`. */
export type Difference = {
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
  const fields = DEFINITION_FIELDS.filter(isPlain);
  const plain = fields.flatMap((field) =>
    diffValues(field, from[field] as JsonValue, to[field] as JsonValue),
  );
  const [before, after] = [maskCredentials(from, audience), maskCredentials(to, audience)];
  const masked = CREDENTIAL_FIELDS.flatMap((field) =>
    diffValues(field, before[field] as JsonValue, after[field] as JsonValue),
  );
  return [...plain, ...masked, ...diffSecrets(from, to, audience)];
}

const isPlain = (field: string) => !CREDENTIAL_FIELDS.some((holder) => holder === field);

/** Compares objects member by member, other values as a whole. */
export function diffValues(
  field: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): Difference[] {
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
  const before = secretsOf<SecretRecord>(from);
  const maskedBefore = secretsOf(maskCredentials(from, audience));
  const maskedAfter = secretsOf(maskCredentials(to, audience));
  return [...secretsOf<SecretRecord>(to)]
    .filter(([pointer, secret]) => before.has(pointer) && !isSameJson(before.get(pointer), secret))
    .filter(([pointer]) => isSameJson(maskedBefore.get(pointer), maskedAfter.get(pointer)))
    .map(([pointer]) => ({ field: pointer.slice(1).replaceAll("/", "."), change: "changed" }));
}
