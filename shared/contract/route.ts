// The type of a route's contract, and the parts that all routes share.
import * as z from "zod";
import type { ErrorCode } from "../domain/errors.ts";
import type { Access } from "./access.ts";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export type Route = {
  method: Method;
  /** In API Gateway's syntax: `/runbooks/{runbookId}`. */
  path: string;
  summary: string;
  access: Access;
  /** The class of grants, if it is not that of the action in `access`: `read` for what an execution would do. */
  class?: "read" | "run" | "signing" | "approve" | "controls" | "intake";
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Headers that the route reads, in lower case. */
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** An empty body counts as `{}`. */
  bodyOptional?: true;
  /** Maximum body size in bytes, if smaller than `MAX_BODY_BYTES`. */
  maxBodyBytes?: number;
  /** The header with the route's own token, if it takes no JWT. */
  tokenHeader?: string;
  /** The system that sends the body signs it, each in its own way; the source says how. */
  signed?: true;
  /**
   * A throttle of its own: lower than the API's for public routes, so that their callers cannot starve other routes, or
   * room that no other route takes.
   */
  throttle?: Throttle;
  /**
   * How many executions one request starts at most. Such requests are the first to be refused while more is under way
   * than can end in time.
   */
  startsExecutions?: number;
  /** Status and schema of the success response. Without a schema: no body. */
  answer: {
    status: 200 | 201 | 202 | 204;
    body?: z.ZodType;
    /** The body, if it is the same for everybody at any time. A REST API answers it without a function. */
    always?: unknown;
    /** Headers of every success. */
    headers?: readonly string[];
    /** Headers of some successes. */
    sometimes?: readonly string[];
  };
  /** Error codes besides those of every route. */
  errors?: readonly ErrorCode[];
};

/** The key by which API Gateway names a route: in its events, settings and access log. */
export const routeKeyOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** Requests per second over all callers, and the burst limit. */
export type Throttle = { ratePerSecond: number; burst: number };

/** Throttle of the whole API. Beyond it, API Gateway answers 429 and no function runs. */
export const API_THROTTLE: Throttle = { ratePerSecond: 100, burst: 200 };

/** Error codes of every route with a token. */
const COMMON_ERRORS = ["malformed_request", "unauthenticated", "not_permitted", "not_found"] as const;

/** Returns all error codes of a route: its own, those of its kind, and those of every route. */
export function listDocumentedErrors(route: Route): ErrorCode[] {
  return [
    ...(route.access === "public" ? (["malformed_request"] as const) : COMMON_ERRORS),
    ...(route.signed ? (["unauthenticated"] as const) : []),
    "payload_too_large",
    ...(route.body ? (["unsupported_media_type"] as const) : []),
    ...(route.errors ?? []),
    "internal_error",
    "unavailable",
  ];
}

/** Headers of every answer of the API. */
export const ALWAYS_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

/** Returns the `type` of a problem: a stable URN, for comparison only. */
export const problemType = (code: string) => `urn:runbooks:problem:${code}`;

/** Maximum body size of any route, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;

export const maxBodyBytesOf = (route: Route): number => route.maxBodyBytes ?? MAX_BODY_BYTES;

export const LIST_LIMIT = { default: 20, max: 100 } as const;

/**
 * Returns a schema for a positive whole number in a path or query. The number is text on input, a number after parsing.
 */
function countingNumber(most: number, message: string) {
  const read = (text: unknown, context: z.RefinementCtx) => {
    if (typeof text === "string" && /^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
    context.addIssue({ code: "custom", message, input: text });
    return z.NEVER;
  };
  return z.preprocess(read, z.int().min(1).max(most));
}

/** `limit` and `cursor` of every list. */
export const paging = {
  limit: countingNumber(LIST_LIMIT.max, `must be a whole number from 1 to ${LIST_LIMIT.max}`)
    .default(LIST_LIMIT.default)
    .describe("Maximum number of items on a page."),
  cursor: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .describe("`nextCursor` of the previous page, for the same list and filters. Default: the first page."),
};

/** Returns the schema of a page `{items, nextCursor}`. `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z
      .array(item)
      .describe(
        "The items of this page. A page may have fewer than `limit` items, even none, and not be the last.",
      ),
    nextCursor: z.string().nullable().describe("`cursor` of the next page; null on the last page."),
  });
}

/** The largest version number. */
const MOST_VERSIONS = 999_999_999;

/** A version number in a path or query. */
export const VersionText = countingNumber(MOST_VERSIONS, "must be a version number").describe(
  "Number of a version.",
);

export const Note = z.string().trim().min(1).max(500);

/** Returns the `If-Match` header of a route that changes a runbook or automation. */
export const ifMatchOf = (what: "runbook" | "automation" | "source") =>
  z.object({
    "if-match": z
      .string()
      .regex(/^"[1-9]\d{0,8}"$/, `must be the ETag of the ${what}, like "3"`)
      .transform((tag) => Number(tag.slice(1, -1)))
      .optional()
      .describe(
        "The ETag that you read. If the resource has changed since, the response is 412 and nothing is changed.",
      ),
  });

/**
 * The `Idempotency-Key` header of every POST that creates or starts. For 24 hours, the same key, caller and request get
 * the same response.
 */
export const idempotencyKey = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
    .optional()
    .describe(
      "Id of the request. A repetition within 24 hours gets the same response and has no further effect.",
    ),
});
