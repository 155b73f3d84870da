// Compares two texts line by line, and two lines that took each other's place by what differs within them.
import { diffArrays } from "diff";

type LineKind = "same" | "added" | "removed";
/** `mark`: where in the text the difference to its partner is; null: there is none, or all of it. */
export type Line = { kind: LineKind; text: string; mark: readonly [from: number, to: number] | null };
/** Lines that are shown, or how many are not. */
export type Part = Line | { skipped: number };

/** Lines of the same text that are shown around a difference. */
const AROUND = 3;
/** Beyond this it costs seconds: then all is shown as removed and added. */
const MOST_LINES = 4_000;

export function compareTexts(from: string, to: string): Part[] {
  return skipTheSame(markPairs(compareLines(from.split("\n"), to.split("\n"))));
}

function compareLines(from: readonly string[], to: readonly string[]): Line[] {
  const lines = (kind: LineKind, texts: readonly string[]): Line[] =>
    texts.map((text) => ({ kind, text, mark: null }));
  if (from.length + to.length > MOST_LINES) return [...lines("removed", from), ...lines("added", to)];
  return diffArrays([...from], [...to]).flatMap(({ added, removed, value }) =>
    lines(added ? "added" : removed ? "removed" : "same", value),
  );
}

/** A run of removed lines and as many added ones: the first took the place of the first, and so on. */
function markPairs(lines: readonly Line[]): Line[] {
  const marked = [...lines];
  for (let at = 0; at < lines.length; at += 1) {
    const removed = countFrom(lines, at, "removed");
    const added = countFrom(lines, at + removed, "added");
    if (removed > 0 && removed === added) {
      for (let index = at; index < at + removed; index += 1) markPair(marked, index, index + removed);
    }
    at += Math.max(0, removed + added - 1);
  }
  return marked;
}

function countFrom(lines: readonly Line[], from: number, kind: LineKind): number {
  let count = 0;
  while (lines[from + count]?.kind === kind) count += 1;
  return count;
}

function markPair(lines: Line[], first: number, second: number): void {
  const [before, after] = [lines[first], lines[second]];
  if (!before || !after) return;
  const start = commonStart(before.text, after.text);
  const end = commonEnd(before.text.slice(start), after.text.slice(start));
  // What has little in common is another line, and its marks would only be in the way.
  if (start + end < Math.max(before.text.length, after.text.length) * 0.4) return;
  lines[first] = { ...before, mark: [start, before.text.length - end] };
  lines[second] = { ...after, mark: [start, after.text.length - end] };
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

const commonEnd = (one: string, other: string) => commonStart(reverse(one), reverse(other));

const reverse = (text: string) => text.split("").toReversed().join("");

function skipTheSame(lines: readonly Line[]): Part[] {
  const isNear = (index: number) => {
    const around = lines.slice(Math.max(0, index - AROUND), index + AROUND + 1);
    return around.some(({ kind }) => kind !== "same");
  };
  const parts: Part[] = [];
  for (const [index, line] of lines.entries()) {
    const last = parts.at(-1);
    if (isNear(index)) parts.push(line);
    else if (last && "skipped" in last) last.skipped += 1;
    else parts.push({ skipped: 1 });
  }
  return parts;
}
