// Builds the HTTP request of a call from its route and input.
import type { RouteRow } from "./route.ts";

/** The parts of any route's input. Other members are the ids of its path. */
export type AnyInput = {
  query?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, unknown>>;
  body?: unknown;
  [pathParameter: string]: unknown;
};

export type HttpRequest = { url: string; method: string; headers: Record<string, string>; body?: string };

/** @throws TypeError if an id of the path is missing, or would lead to another path. */
export function buildRequest(baseUrl: string, row: RouteRow, input: AnyInput): HttpRequest {
  const key = row.isKeyed ? { "idempotency-key": createKey() } : {};
  const body = input.body === undefined ? {} : { body: JSON.stringify(input.body) };
  const type = input.body === undefined ? {} : { "content-type": "application/json" };
  return {
    url: `${baseUrl.replace(/\/+$/, "")}${fillPath(row.path, input)}${queryOf(input.query ?? {})}`,
    method: row.method,
    headers: {
      accept: "application/json, application/problem+json",
      ...type,
      ...key,
      ...textsOf(input.headers ?? {}),
    },
    ...body,
  };
}

const fillPath = (path: string, input: AnyInput) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(input[name] ?? "");
    if (/^\.{0,2}$/.test(value))
      throw new TypeError(`${name} is needed: it cannot be ${JSON.stringify(value)}`);
    return encodeURIComponent(value);
  });

function queryOf(query: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams(textsOf(query)).toString();
  return text === "" ? "" : `?${text}`;
}

/** Leaves out what is undefined. A list becomes one text, joined by commas. */
function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** Returns a key that no other request has: 128 random bits. `crypto.randomUUID` is missing in browsers on pages without TLS. */
export function createKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
