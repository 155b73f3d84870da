// SHA-256 over canonical JSON: compares definitions and protects audit entries.
import { createHash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** Returns lower-case hex, 64 characters. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Returns the hash of JSON data. `kind` keeps hashes of different kinds and format versions apart. */
export function digestOf(kind: string, value: unknown): string {
  return sha256(`${kind}\n${canonicalJson(value)}`);
}
