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
export const COMMON_ERRORS = ["malformed_request", "unauthenticated", "not_permitted", "not_found"] as const;

/** `type` of the problem that a code stands for: a stable URN, there to be compared. */
export const problemType = (code: string) => `urn:runbooks:problem:${code}`;

/** The largest body that any route accepts, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;

export const maxBodyBytesOf = (route: Route): number => route.maxBodyBytes ?? MAX_BODY_BYTES;

export const LIST_LIMIT = { default: 20, max: 100 } as const;

/** `limit` and `cursor`, as every list takes them. */
export const paging = {
  limit: z
    .string()
    .regex(/^(100|[1-9]\d?)$/, `must be a whole number from 1 to ${LIST_LIMIT.max}`)
    .transform(Number)
    .default(LIST_LIMIT.default),
  cursor: z.string().min(1).max(2048).optional(),
};

/** `{items, nextCursor}`: `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A version number in a path or a query. */
export const VersionText = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, "must be a version number")
  .transform(Number);

export const Note = z.string().trim().min(1).max(500);

/** The header of every POST that creates or starts: the same key, caller and request get the same answer for 24 hours. */
export const idempotencyKey = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
    .optional(),
});
