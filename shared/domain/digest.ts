// SHA-256 over canonical JSON: what makes two definitions the same, and an audit entry unalterable.
import { createHash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** Lower-case hex, 64 characters. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The prefix keeps hashes of different kinds, and of later formats, apart. */
export function digestOf(kind: string, value: unknown): string {
  return sha256(`${kind}\n${canonicalJson(value)}`);
}
