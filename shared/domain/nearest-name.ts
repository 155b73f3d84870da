// The known name that a mistyped one was probably meant to be: for every "did you mean".
import { distance } from "fastest-levenshtein";

/** Longer names are never compared: a comparison costs the product of both lengths. */
const LONGEST_NAME = 64;
/** The most edits that a typing error explains; a third of the name where that is less, and one at least. */
const MAX_EDITS = 4;

type Nearest = { name: string; edits: number };

/** The first of the nearest names, without regard to case; undefined where no typing error leads to any. */
export function findNearestName(typed: string, known: Iterable<string>): string | undefined {
  let best: Nearest | undefined;
  for (const name of known) {
    const edits = countEdits(typed, name);
    if (edits !== null && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** Levenshtein's distance, or null where it is beyond what a typing error explains. */
function countEdits(typed: string, known: string): number | null {
  const most = Math.min(MAX_EDITS, Math.max(1, Math.floor(typed.length / 3)));
  if (Math.max(typed.length, known.length) > LONGEST_NAME) return null;
  if (Math.abs(typed.length - known.length) > most) return null;
  const edits = distance(typed.toLowerCase(), known.toLowerCase());
  return edits > most ? null : edits;
}
