// How many edits turn one name into another, as far as it matters for a hint.

/** Longer names are never compared: a comparison costs their length times the edits that are tolerated. */
const LONGEST_NAME = 64;
/** A typing error has so many at most; a third of the name where that is less, and one at least. */
const MAX_EDITS = 4;

/** Levenshtein's distance without regard to case, or null where it is beyond what a typing error explains. */
export function editDistance(typed: string, known: string): number | null {
  const most = Math.min(MAX_EDITS, Math.max(1, Math.floor(typed.length / 3)));
  if (Math.max(typed.length, known.length) > LONGEST_NAME) return null;
  if (Math.abs(typed.length - known.length) > most) return null;
  return boundedDistance(typed.toLowerCase(), known.toLowerCase(), most);
}

/** Row by row, and in each only the columns that fewer than `most` edits reach. */
function boundedDistance(a: string, b: string, most: number): number | null {
  const beyond = most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => Math.min(j, beyond));
  for (let i = 1; i <= a.length; i++) {
    const next = Array<number>(b.length + 1).fill(beyond);
    if (i <= most) next[0] = i;
    const last = Math.min(b.length, i + most);
    for (let j = Math.max(1, i - most); j <= last; j++) {
      const replaced = (row[j - 1] ?? beyond) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, (row[j] ?? beyond) + 1, (next[j - 1] ?? beyond) + 1, beyond);
    }
    row = next;
  }
  const edits = row[b.length] ?? beyond;
  return edits > most ? null : edits;
}
