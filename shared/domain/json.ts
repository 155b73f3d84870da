// JSON data: type checks, a size check, canonical form and comparison.
import * as z from "zod";

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/**
 * Accepts any JSON value, in one pass. zod's own `z.json()` tries six schemas at every value and costs 20 times as
 * much, too much for input from unknown callers.
 */
export const Json = z.custom<JsonValue>(isJson, "must be JSON");

function isJson(data: unknown): boolean {
  const pending = [data];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "object" && value !== null) {
      if (!Array.isArray(value) && !isPlain(value)) return false;
      for (const member of Object.values(value)) pending.push(member);
    } else if (!isScalar(value)) return false;
  }
  return true;
}

/** Undefined: the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the value is an object or an array. */
export const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whether the value is an object, not an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value);

const isScalar = (value: unknown) =>
  value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Whether the data is certainly longer than `bytes` as JSON. The walk stops at the limit. It does not recurse, so depth
 * does not matter.
 */
export function isLongerThan(data: unknown, bytes: number): boolean {
  const pending = [data];
  let left = bytes;
  while (pending.length > 0 && left >= 0) {
    const value = pending.pop();
    left -= typeof value === "string" ? value.length + 2 : 1;
    if (typeof value !== "object" || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      left -= Array.isArray(value) ? 1 : name.length + 3;
      if (left < 0) return true;
      pending.push(member);
    }
  }
  return left < 0;
}

/**
 * Returns canonical JSON (similar to RFC 8785): keys sorted by UTF-16 code units, no white space. Equal data gives
 * equal text, independent of key order. Drops `undefined` members.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Whether two JSON values are deeply equal, compared by their canonical text. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
