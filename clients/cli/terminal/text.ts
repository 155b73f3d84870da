// Text of others, made safe for a terminal, and laid out in columns.

/** Control characters, and those that change the direction of text: a terminal would obey them. */
const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Replaces what a terminal would obey. `lines`: keeps line breaks and tabs; otherwise they become spaces. */
export function clean(text: string, { lines = false } = {}): string {
  return text.replaceAll("\r\n", "\n").replaceAll(UNSAFE, (found) => {
    if (found === "\n" || found === "\t") return lines ? found : " ";
    return "\ufffd";
  });
}

/** JSON for people and programs. What a terminal would obey is escaped, which means the same. */
export const cleanJson = (value: unknown): string =>
  (JSON.stringify(value, null, 2) ?? "null").replaceAll(UNSAFE, (found) =>
    found === "\n" ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const MAX_CELL = 60;

/** A table with a line of titles. Long cells are cut, the last column is not. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const last = titles.length - 1;
  const cells = [titles, ...rows].map((row) =>
    row.map((cell, at) => (at === last ? clean(cell) : shorten(clean(cell)))),
  );
  const widths = titles.map((_, at) => Math.max(...cells.map((row) => lengthOf(row[at] ?? ""))));
  const pad = (cell: string, at: number) =>
    at === last ? cell : cell + " ".repeat((widths[at] ?? 0) - lengthOf(cell));
  return cells.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

const lengthOf = (text: string) => [...text].length;
const shorten = (text: string) =>
  lengthOf(text) > MAX_CELL ? `${[...text].slice(0, MAX_CELL - 1).join("")}…` : text;
