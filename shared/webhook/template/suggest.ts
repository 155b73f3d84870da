// Proposes the nearest known name for one that is not known.
import { memberNames, memberShape, type Shape } from "./shape.ts";

/** Longer names are never compared: the distance costs their product. */
const LONGEST_NAME = 64;

/** The ending of an error message: ": did you mean params.service?", or what is known instead. */
export function suggestion(unknown: string, prefix: string, shape: Shape): string {
  const near = nearest(unknown, [...candidates(prefix, shape)]);
  if (near !== undefined) return `: did you mean ${near}?`;
  const names = memberNames(shape);
  if (names.length === 0) return "";
  return `: known here are ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
}

/** The nearest of plain names, within a third of the name's length. */
export function nearestName(unknown: string, names: readonly string[]): string | undefined {
  return nearest(
    unknown,
    names.map((name) => ({ name, path: name })),
  );
}

type Candidate = { name: string; path: string };

/** Members of the shape, and one level below: `service` finds `params.service`. */
function* candidates(prefix: string, shape: Shape): Generator<Candidate> {
  for (const name of memberNames(shape)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    yield { name, path };
    const below = memberShape(shape, name);
    if (below?.kind !== "object") continue;
    for (const deeper of memberNames(below)) yield { name: deeper, path: `${path}.${deeper}` };
  }
}

function nearest(unknown: string, among: Candidate[]): string | undefined {
  let best: { path: string; score: number } | undefined;
  const most = Math.max(1, Math.floor(unknown.length / 3));
  for (const { name, path } of among) {
    if (unknown.length > LONGEST_NAME || name.length > LONGEST_NAME) continue;
    if (Math.abs(name.length - unknown.length) > most) continue;
    const score = distance(unknown.toLowerCase(), name.toLowerCase());
    if (score <= most && (best === undefined || score < best.score)) best = { path, score };
  }
  return best?.path;
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
