// The shape of a route's contract, and what all routes share.
import * as z from "zod";
import type { ErrorCode } from "../domain/errors.ts";
import type { Access } from "./access.ts";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export type Route = {
  method: Method;
  /** API Gateway's form: `/runbooks/{runbookId}`. */
  path: string;
  summary: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Lower-case names of the headers that the route reads. */
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** An empty body is read as `{}`. */
  bodyOptional?: true;
  /** The largest body in bytes, where the route takes less than `MAX_BODY_BYTES`. */
  maxBodyBytes?: number;
  /** The header that carries a token of the route's own, where it takes no JWT. */
  tokenHeader?: string;
  /** Where the route has less than its share of the API's throttle: public ones, so that nobody starves the others. */
  throttle?: Throttle;
  /** Status and schema of the good answer; no schema: no body. */
  answer: { status: 200 | 201 | 202 | 204; body?: z.ZodType; headers?: readonly string[] };
  /** Codes beyond those that every route can answer. */
  errors?: readonly ErrorCode[];
};

/** Requests a second over all callers, and how many may come at once. */
export type Throttle = { ratePerSecond: number; burst: number };

/** Of the whole API. Beyond it, API Gateway answers 429 and no function runs. */
export const API_THROTTLE: Throttle = { ratePerSecond: 100, burst: 200 };

/** Codes that any route with a token can answer. */
const COMMON_ERRORS = ["malformed_request", "unauthenticated", "not_permitted", "not_found"] as const;

/** Every code that a route can answer: its own, those of its kind, and those that any of them can come to. */
export function listDocumentedErrors(route: Route): ErrorCode[] {
  return [
    ...(route.access === "public" ? (["malformed_request"] as const) : COMMON_ERRORS),
    "payload_too_large",
    ...(route.body ? (["unsupported_media_type"] as const) : []),
    ...(route.errors ?? []),
    "internal_error",
    "unavailable",
  ];
}

/** `type` of the problem that a code stands for: a stable URN, there to be compared. */
export const problemType = (code: string) => `urn:runbooks:problem:${code}`;

/** The largest body that any route accepts, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;

export const maxBodyBytesOf = (route: Route): number => route.maxBodyBytes ?? MAX_BODY_BYTES;

export const LIST_LIMIT = { default: 20, max: 100 } as const;

/** A whole number from 1 in a path or a query: a text there, a number to everybody else. */
function countingNumber(most: number, message: string) {
  const read = (text: unknown, context: z.RefinementCtx) => {
    if (typeof text === "string" && /^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
    context.addIssue({ code: "custom", message, input: text });
    return z.NEVER;
  };
  return z.preprocess(read, z.int().min(1).max(most));
}

/** `limit` and `cursor`, as every list takes them. */
export const paging = {
  limit: countingNumber(LIST_LIMIT.max, `must be a whole number from 1 to ${LIST_LIMIT.max}`)
    .default(LIST_LIMIT.default)
    .describe("The most items of the page."),
  cursor: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .describe("`nextCursor` of the page before, for the same list and filters. Left out: the first page."),
};

/** `{items, nextCursor}`: `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z
      .array(item)
      .describe("The items of this page. There may be fewer than `limit`, even none, before the last page."),
    nextCursor: z.string().nullable().describe("`cursor` of the next page; null on the last page."),
  });
}

/** The largest number of a version. */
const MOST_VERSIONS = 999_999_999;

/** A version number in a path or a query. */
export const VersionText = countingNumber(MOST_VERSIONS, "must be a version number").describe(
  "Number of a version.",
);

export const Note = z.string().trim().min(1).max(500);

/** The ETag of what is to be changed. */
export const ifMatchOf = (what: "runbook" | "automation") =>
  z.object({
    "if-match": z
      .string()
      .regex(/^"[1-9]\d{0,8}"$/, `must be the ETag of the ${what}, like "3"`)
      .transform((tag) => Number(tag.slice(1, -1)))
      .optional()
      .describe("ETag of what you read. If it has changed since, the answer is 412 and nothing is changed."),
  });

/** The header of every POST that creates or starts: the same key, caller and request get the same answer for 24 hours. */
export const idempotencyKey = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
    .optional()
    .describe(
      "Names the request. Sent again within 24 hours, it gets the same answer and does nothing twice.",
    ),
});
