// List cursors: encrypted, and valid only for the caller, route and filters that they were issued for.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { ServiceError } from "../domain/errors.ts";
import { canonicalJson } from "../domain/json.ts";

/** The scope of a cursor: every input that identifies the list. */
export type CursorScope = { route: string; caller: string; params: unknown; filters: unknown };

const CIPHER = "aes-256-gcm";
const PURPOSE = "runbooks/cursor/1";
/** Bytes. */
const SIZES = { salt: 16, key: 32, nonce: 12, tag: 16 } as const;

/**
 * `position` is the sort key after which the list continues. A page may end at a row that its caller may not see, so
 * nobody else can read it. Returns base64url: salt, encrypted position, tag.
 */
export function encryptCursor(position: string, scope: CursorScope, key: string): string {
  const salt = randomBytes(SIZES.salt);
  const { secret, nonce } = derive(key, salt);
  const cipher = createCipheriv(CIPHER, secret, nonce).setAAD(additionalData(scope));
  const encrypted = Buffer.concat([cipher.update(position, "utf8"), cipher.final()]);
  return Buffer.concat([salt, encrypted, cipher.getAuthTag()]).toString("base64url");
}

/** Returns the position. @throws `malformed_request` for any other cursor. It is never repaired or partly used. */
export function decryptCursor(cursor: string, scope: CursorScope, key: string): string {
  const bytes = Buffer.from(cursor, "base64url");
  const isWhole = bytes.toString("base64url") === cursor && bytes.length >= SIZES.salt + SIZES.tag;
  const position = isWhole ? decrypt(bytes, scope, key) : null;
  if (position !== null) return position;
  throw new ServiceError("malformed_request", "The cursor does not belong to this list.", {
    issues: [{ pointer: "/query/cursor", message: "must be the nextCursor of the same list, unchanged" }],
  });
}

/** Returns null if a bit was changed, or if key or scope are not those of the cursor. */
function decrypt(bytes: Buffer, scope: CursorScope, key: string): string | null {
  const end = bytes.length - SIZES.tag;
  const { secret, nonce } = derive(key, bytes.subarray(0, SIZES.salt));
  const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: SIZES.tag })
    .setAAD(additionalData(scope))
    .setAuthTag(bytes.subarray(end));
  const decrypted = decipher.update(bytes.subarray(SIZES.salt, end));
  try {
    return Buffer.concat([decrypted, decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

/** A key of its own for each cursor. With one key for all, random nonces would meet after some billions of cursors. */
function derive(key: string, salt: Buffer): { secret: Buffer; nonce: Buffer } {
  const derived = Buffer.from(hkdfSync("sha256", key, salt, PURPOSE, SIZES.key + SIZES.nonce));
  return { secret: derived.subarray(0, SIZES.key), nonce: derived.subarray(SIZES.key) };
}

const additionalData = (scope: CursorScope) => Buffer.from(canonicalJson(scope));
