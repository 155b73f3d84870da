// Erasures: what stands in place of erased data, what the record of an erasure says, and which entries it is true of. Pure.
import * as z from "zod";
import { digestOf } from "./digest.ts";
import { Timestamp } from "./ids.ts";
import type { JsonValue } from "./json.ts";
import { listErased } from "./seals.ts";

/** Stands in place of what was erased, or of the person: one for each erasure. No token's subject begins so. */
export const MARK_PREFIX = "erased:";
const MARK = /^erased:[\w-]{8,40}$/;
const MARK_WITHIN = /erased:[\w-]{8,40}/g;

/** Returns what stands in place of a text: the mark, after those that it held, whose erasures are still told of. */
export function markText(text: string, mark: string): string {
  const earlier = text.match(MARK_WITHIN) ?? [];
  return text === earlier.join(" ") && text !== "" ? text : [...earlier, mark].join(" ");
}

export const ErasedAt = Timestamp.describe("When its content was erased.");

export const ERASURE_ACTIONS = ["erasure.begun", "erasure.done"] as const;

/** What may be erased. */
const ERASABLE = ["person", "execution", "executions", "incident"] as const;
export type Erasable = (typeof ERASABLE)[number];

/** In the chain of the controls: once when an erasure begins, once when it is done. It does not say who was erased. */
export const ErasureRecord = z
  .strictObject({
    mark: z.string().regex(MARK).describe("What stands in place of the erased data, and of the person."),
    what: z
      .enum(ERASABLE)
      .describe(
        "What was erased: all that names a person, or the content of a run, of all runs before a day, or of an incident.",
      ),
    target: z.string().nullable().describe("Id of the execution or incident, or the day; null: a person."),
    entries: z.int().nullable().describe("How many audit entries hold the mark; null: it has just begun."),
    digest: z.string().nullable().describe("SHA-256 over the ids of these entries; null: it has just begun."),
  })
  .describe("An erasure.");
export type ErasureRecord = z.infer<typeof ErasureRecord>;

/** The hash of the ids of the entries that hold a mark, in any order. */
export const digestOfEntries = (ids: readonly string[]) => digestOf("erasure/1", ids.toSorted());

/** Returns the marks in what was erased of an entry, one list for each part. A part without any was emptied by nobody. */
export function listMarks(entry: Parameters<typeof listErased>[0]): string[][] {
  return listErased(entry).map((part) => [...new Set(JSON.stringify(part).match(MARK_WITHIN))]);
}

/** Replaces texts anywhere in JSON data. `key`: the name of the member that holds the text, its list's for an item. */
export function mapTexts(
  value: JsonValue,
  change: (text: string, key: string) => string,
  key = "",
): JsonValue {
  if (typeof value === "string") return change(value, key);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change, name)]));
}
