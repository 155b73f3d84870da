// Ids of incidents that come from sources: keyed by the source, so that no source can name another's incident. Pure.
import { createHash } from "node:crypto";

/** The longest id of an incident. */
const LONGEST = 128;
/** Hex digits of the digest that keeps apart what would look alike. */
const DIGEST = 12;
/** What is written like that has a digest of its own: nobody names an incident as another one's id. */
const DIGESTED = /:[0-9a-f]{12}$/;

/**
 * Returns `<source>:<parts joined by dots>`. What an id cannot hold becomes `-`, and what is too long is cut; then a
 * colon and a digest of the parts follow, so that different parts always give different ids.
 */
export function incidentIdOf(sourceId: string, parts: readonly string[]): string {
  const prefix = `${sourceId}:`;
  const written = parts.join(".");
  const safe = written.replaceAll(/[^A-Za-z0-9._:-]/g, "-");
  const room = LONGEST - prefix.length;
  if (safe === written && safe.length <= room && !DIGESTED.test(safe) && isUnambiguous(parts))
    return `${prefix}${safe}`;
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, DIGEST);
  return `${prefix}${safe.slice(0, room - DIGEST - 1)}:${digest}`;
}

/** Only the first part may contain a dot: else `a.b` and `c` would be as `a` and `b.c`. */
const isUnambiguous = (parts: readonly string[]) => parts.slice(1).every((part) => !part.includes("."));

/** Returns a time as it stands in an id: `20260301T093000000Z`. */
export const timeInId = (time: string) => time.replaceAll(/[-:.]/g, "");
