// Which names a parameter may have, and which known name a mistyped one was probably meant to be.

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Members of every JavaScript object, and words that a template cannot write as a path (`params.true`). */
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "prototype",
  "this",
  "true",
  "false",
  "null",
  "undefined",
]);

/** Longer than any name that may exist: not worth comparing. */
const COMPARABLE_CHARACTERS = 64;

export function nameProblem(name: string): string | undefined {
  if (RESERVED.has(name)) return "has a reserved name; choose another";
  if (NAME.test(name)) return undefined;
  return "must have a name of 1 to 64 letters, digits, - and _, and the first one must be a letter";
}

/** `; did you mean "service"?`, or nothing when no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  if (name.length > COMPARABLE_CHARACTERS) return "";
  const tolerated = Math.max(1, Math.floor(name.length / 3));
  const candidates = [...known]
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= tolerated)
    .sort((a, b) => a.edits - b.edits);
  return candidates[0] === undefined ? "" : `; did you mean "${candidates[0].candidate}"?`;
}

/** Levenshtein's, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
