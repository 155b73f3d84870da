// Which answers of a receiver count as success: the statuses, and a value in the JSON body. Pure.
import * as z from "zod";
import type { JsonValue } from "../json.ts";

const STATUSES = { least: 200, most: 599, count: 20 } as const;

const statuses = z
  .array(z.int().min(STATUSES.least).max(STATUSES.most))
  .min(1)
  .max(STATUSES.count)
  .refine((list) => new Set(list).size === list.length, "must not name a status twice")
  .describe("The statuses that count as success, at most 20. Default: 200 to 299.");

/** RFC 6901: empty, or segments that begin with `/`. `~` occurs as `~0` or `~1` only. */
const JSON_POINTER = /^(?:\/(?:[^/~]|~[01])*)*$/;

const body = z
  .strictObject({
    pointer: z
      .string()
      .max(256)
      .regex(JSON_POINTER, "must be a JSON Pointer such as /result/ok")
      .describe("JSON Pointer (RFC 6901) of the value in the body. Empty: the body itself."),
    equals: z
      .union([z.string().max(256), z.number(), z.boolean(), z.null()])
      .describe("The value that it must have: text, number, boolean or null, of the same type."),
  })
  .describe("A value that the JSON body must hold.");

export const SuccessCondition = z
  .strictObject({ statuses: statuses.optional(), body: body.optional() })
  .refine((c) => c.statuses !== undefined || c.body !== undefined, "must have statuses, body or both")
  .describe("Which answers count as success. Default: any 2xx.");
export type SuccessCondition = z.infer<typeof SuccessCondition>;

/** `condition`: undefined if the definition has none. */
export function isSuccessStatus(status: number, condition: SuccessCondition | undefined): boolean {
  return condition?.statuses?.includes(status) ?? isSuccessful(status);
}

export const isSuccessful = (status: number) => status >= 200 && status <= 299;

/** `met`, or why not, in words that go on after "The receiver answered 200, but". `unknown`: it cannot be decided. */
type BodyVerdict = { verdict: "met" } | { verdict: "not met" | "unknown"; why: string };

/** `text`: the body, or its beginning if it is not `complete`; null: it is not text. */
export function checkBody(
  { text, complete }: { text: string | null; complete: boolean },
  condition: SuccessCondition | undefined,
): BodyVerdict {
  if (condition?.body === undefined) return { verdict: "met" };
  const { pointer, equals } = condition.body;
  if (!complete) return { verdict: "unknown", why: "its body is too long to be checked" };
  const parsed = parseJson(text);
  if (parsed === undefined) return { verdict: "not met", why: "its body is not JSON" };
  const value = valueAt(parsed, pointer);
  const where = pointer === "" ? "its body" : `its body at ${pointer}`;
  if (value === undefined) return { verdict: "not met", why: `its body has nothing at ${pointer}` };
  if (value === equals) return { verdict: "met" };
  return { verdict: "not met", why: `${where} is not the value that successCondition asks for` };
}

function parseJson(text: string | null): JsonValue | undefined {
  try {
    return text === null ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

/** Own members and elements only; undefined if there is none. */
function valueAt(document: JsonValue, pointer: string): JsonValue | undefined {
  const segments = pointer.split("/").slice(1);
  let value: JsonValue | undefined = document;
  for (const segment of segments.map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9]\d{0,5})$/.test(segment)) return undefined;
    value = Object.hasOwn(value, segment) ? (Reflect.get(value, segment) as JsonValue) : undefined;
  }
  return value;
}
