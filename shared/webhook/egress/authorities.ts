// The deployment's own certificate authorities, read from their file once.
import { readFileSync } from "node:fs";
import { splitCaBundle } from "../../contract/ca-bundle.ts";

const known = new Map<string, readonly string[]>();

/** Returns the authorities in PEM; none without a file. @throws if it cannot be read: nothing must be sent then. */
export function readAuthorities(file: string): readonly string[] {
  if (file === "") return [];
  const authorities = known.get(file) ?? splitCaBundle(readFileSync(file, "utf8"));
  known.set(file, authorities);
  return authorities;
}
