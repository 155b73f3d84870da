// Searchable parameters: an execution is found by the values that they had.
import { digestOf } from "../digest.ts";

/** Of one runbook, and of one question. Each costs a start one item and two list entries. */
export const MAX_SEARCHABLE = 3;

/** 96 bits: the same value of the same parameter, whatever its length. */
const DIGEST_CHARACTERS = 24;

/** Parameter → digest of its value. */
export type Searchable = Readonly<Record<string, string>>;

/** Returns the digest of a value as text: 42 is found by `42`, true by `true`. */
const searchDigest = (name: string, text: string): string =>
  digestOf("searchable/1", [name, text]).slice(0, DIGEST_CHARACTERS);

/** Returns the digests of values that are given as text. */
export const toDigests = (texts: Readonly<Record<string, string>>): Searchable =>
  toSearchable(Object.keys(texts), texts);

/** Returns the digests of those parameters that are given. */
export function toSearchable(names: readonly string[], given: Readonly<Record<string, unknown>>): Searchable {
  const present = names.filter((name) => given[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, searchDigest(name, String(given[name]))]));
}
