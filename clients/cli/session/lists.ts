// What commands that list have in common.
import { UsageError } from "./failures.ts";

const DEFAULT_ITEMS = 50;

/** How many items a list prints, over all pages. */
export const LIMIT_FLAG = {
  kind: "parsed",
  parse: readLimit,
  brief: "Maximum number of items",
  placeholder: "n",
  default: String(DEFAULT_ITEMS),
} as const;

function readLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new UsageError(`${JSON.stringify(text)} is not a number from 1 to 999999`);
  return Number(text);
}

/** Returns the first items, and asks for no page beyond them. */
export async function takeFirst<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= limit) break;
  }
  return taken;
}
