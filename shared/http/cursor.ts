// List cursors: opaque, signed, and valid only for the caller, route and filters that they were issued for.
import { createHmac, timingSafeEqual } from "node:crypto";
import { ServiceError } from "../domain/errors.ts";
import { canonicalJson } from "../domain/json.ts";

/** The scope of a cursor: every input that identifies the list. */
export type CursorScope = { route: string; caller: string; params: unknown; filters: unknown };

/** `position` is the sort key after which the list continues. */
export function signCursor(position: string, scope: CursorScope, key: string): string {
  return `${Buffer.from(position).toString("base64url")}.${computeSignature(position, scope, key)}`;
}

/** Returns the position. @throws `malformed_request` for any other cursor. It is never repaired or partly used. */
export function verifyCursor(cursor: string, scope: CursorScope, key: string): string {
  const [encoded = "", signed = ""] = cursor.split(".");
  const position = Buffer.from(encoded, "base64url").toString("utf8");
  const expected = Buffer.from(computeSignature(position, scope, key));
  const given = Buffer.from(signed);
  const isUnchanged = `${Buffer.from(position).toString("base64url")}.${signed}` === cursor;
  if (isUnchanged && given.length === expected.length && timingSafeEqual(given, expected)) return position;
  throw new ServiceError("malformed_request", "The cursor does not belong to this list.", {
    issues: [{ pointer: "/query/cursor", message: "must be the nextCursor of the same list, unchanged" }],
  });
}

function computeSignature(position: string, scope: CursorScope, key: string): string {
  return createHmac("sha256", key)
    .update(canonicalJson([position, scope]))
    .digest("base64url")
    .slice(0, 32);
}
