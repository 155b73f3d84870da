// Plain JSON data: how it is recognized, and the two ways in which the whole service writes it.
import * as z from "zod";

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/**
 * Any JSON, in one walk over it. zod's own `z.json()` tries six kinds at every value, which costs 20 times as much:
 * too much for what anybody may send.
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

/** An object or a list. */
export const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** An object, and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value);

const isScalar = (value: unknown) =>
  value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether the data certainly has more bytes than this as JSON: told by a walk that ends there, whatever its depth. */
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
 * Canonical JSON (in the manner of RFC 8785): keys sorted by UTF-16 code units, no white space.
 * Equal data gives equal text, whatever the order of keys was. `undefined` members are left out.
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

/** Deep equality of JSON data, by its canonical text. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
