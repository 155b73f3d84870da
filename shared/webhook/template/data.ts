// The data of a template: plain JSON without prototypes, getters or functions. Only own members are readable.
import { TEMPLATE_LIMITS } from "./limits.ts";
import { type Data, type DataObject, Secret } from "./secret.ts";

/**
 * Returns a copy of the JSON data and secrets in `value`. Everything else (functions, accessors, NaN …) is dropped
 * without being read or called.
 */
export function toPlainData(value: unknown, depth = 0): Data | undefined {
  if (value instanceof Secret) return value;
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object" || depth > TEMPLATE_LIMITS.dataDepth) return undefined;
  if (Array.isArray(value)) {
    return Array.from(
      { length: value.length },
      (_, i) => toPlainData(ownValue(value, String(i)), depth + 1) ?? null,
    );
  }
  const copy: DataObject = Object.create(null);
  for (const key of Object.keys(value)) {
    const member = toPlainData(ownValue(value, key), depth + 1);
    if (member !== undefined) copy[key] = member;
  }
  return copy;
}

/** Returns the own data member of that name, if any. */
export function memberOf(value: Data | undefined, name: string): Data | undefined {
  if (value instanceof Secret || typeof value !== "object" || value === null) return undefined;
  return ownValue(value, name);
}

function ownValue(value: object, name: string): Data | undefined {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
