// The arguments of npm run bench: which parts to run, or one line on what is wrong.
import { PART_NAMES, type PartName } from "./parts.ts";

type Read = { parts: readonly PartName[]; list: boolean; problem: null } | { problem: string };

const isPart = (word: string): word is PartName => PART_NAMES.some((name) => name === word);

/** No part: all. Parts run in the order of the list, in whichever order they are given. */
export function readOptions(args: readonly string[]): Read {
  const problem = args.map((word, at) => problemOf(word, args.slice(0, at))).find((each) => each !== null);
  if (problem !== undefined) return { problem };
  const asked = args.filter(isPart);
  const parts = PART_NAMES.filter((name) => asked.length === 0 || asked.includes(name));
  return { parts, list: args.includes("--list"), problem: null };
}

function problemOf(word: string, earlier: readonly string[]): string | null {
  if (earlier.includes(word)) return `"${word}" is given twice: give it once.`;
  if (word === "--list" || isPart(word)) return null;
  return word.startsWith("-")
    ? `"${word}" is not an option: give parts by name, or --list to see them.`
    : `"${word}" is not a part: give some of ${PART_NAMES.join(", ")}, or none to run them all.`;
}
