// The fenced blocks of the project's documents: what a reader runs, sends, or compares with.
import { readDocument } from "../../infra/docs/documents.ts";

/** `info` is the text after the backticks: a language, and attributes of the block. */
export type Fence = { file: string; line: number; language: string; note: string; text: string };

export function fencesIn(file: string, text = readDocument(file)): Fence[] {
  const fences: Fence[] = [];
  let open: Fence | null = null;
  for (const [at, line] of text.split("\n").entries()) {
    const [, info] = /^```(.*)$/.exec(line) ?? [];
    if (open !== null && info !== undefined) {
      fences.push(open);
      open = null;
    } else if (open !== null) open.text += `${line}\n`;
    else if (info !== undefined) {
      const [language = "", ...note] = info.trim().split(" ");
      open = { file, line: at + 1, language, note: note.join(" "), text: "" };
    }
  }
  if (open !== null) throw new Error(`${file}:${open.line} has no end`);
  return fences;
}

/** Each block with its place, for a message. */
export const placeOf = ({ file, line }: Fence) => `${file}:${line}`;

/** Does the output look like this? `…` stands for anything. */
export function looksLike(shown: string, output: string): boolean {
  const parts = shown
    .trim()
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*?")}$`).test(output.trim());
}
