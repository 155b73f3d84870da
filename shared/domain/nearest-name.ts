// Finds the known name closest to a mistyped one, for every "did you mean".
import { distance } from "fastest-levenshtein";

/** Longer names are not compared: the cost grows with the product of both lengths. */
const LONGEST_NAME = 64;
/** The most edits of a typing error. Shorter names allow a third of their length, at least one. */
const MAX_EDITS = 4;

type Nearest = { name: string; edits: number };

/** Returns the closest name, ignoring case, the first one on a tie. Returns undefined if none is close enough. */
export function findNearestName(typed: string, known: Iterable<string>): string | undefined {
  let best: Nearest | undefined;
  for (const name of known) {
    const edits = countEdits(typed, name);
    if (edits !== null && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** Returns the Levenshtein distance, or null if it is too large for a typing error. */
function countEdits(typed: string, known: string): number | null {
  const most = Math.min(MAX_EDITS, Math.max(1, Math.floor(typed.length / 3)));
  if (Math.max(typed.length, known.length) > LONGEST_NAME) return null;
  if (Math.abs(typed.length - known.length) > most) return null;
  const edits = distance(typed.toLowerCase(), known.toLowerCase());
  return edits > most ? null : edits;
}
