// What a release leaves behind, as the next ones must be able to read it: the files in test/releases/last.
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { compactJson } from "../../infra/docs/example-text.ts";
import type { Key } from "../../shared/contract/table.ts";
import { Json } from "../../shared/domain/json.ts";

const FOLDER = new URL("last/", import.meta.url);

const Index = z.strictObject({ partitionKey: z.string(), sortKey: z.string() });
const Call = z.strictObject({ path: z.string(), event: Json, answer: Json });
/** Field → what it takes: types, words, and `missing`. */
const Form = z.record(z.string(), z.array(z.string()));
export type Form = z.output<typeof Form>;
const Answer = z.strictObject({ as: z.enum(["ana", "boss", "rob"]), path: z.string(), body: Json });

const FILES = {
  /** The version, when it was recorded, and the keys of the stack that recorded it. That stack is gone. */
  "release.json": z.strictObject({
    version: z.string(),
    recordedAt: z.iso.datetime(),
    kmsKey: Json,
    ownKeys: z.record(z.string(), z.string()),
    /**
     * Runs that wait: one for its next attempt, one for its turn, one for its callback, with the callback's token. And an
     * automation within its cooldown.
     */
    underWay: z.strictObject({
      retrying: z.string(),
      inTurn: z.string(),
      unfinished: z.string(),
      waiting: z.string(),
      callbackToken: z.string(),
      /** What the state machines of the first and the last were started with. */
      inputs: z.array(Json),
      runbooks: z.strictObject({ retrying: z.string(), waiting: z.string(), paused: z.string() }),
      automation: z.string(),
    }),
  }),
  "table.json": z.strictObject({
    keys: z.record(z.string(), z.string()),
    indexes: z.record(z.string(), Index),
  }),
  /** Each item of the table, in DynamoDB's own JSON. */
  "items.json": z.array(z.record(z.string(), Json)),
  /** What each function behind the workflow and the queues was called with, and what it answered. */
  "calls.json": z.array(Call),
  /** The events that the service published. */
  "events.json": z.array(z.looseObject({ "detail-type": z.string(), detail: Json })),
  /** What each reading route answered over these items. */
  "answers.json": z.array(Answer),
  /** What each kind of item and payload could hold, whether or not one of them does. */
  "forms.json": z.record(z.string(), Form),
} as const;
export type FileName = keyof typeof FILES;

const fileOf = (name: FileName) => new URL(name, FOLDER);

/** Nothing of the last release is lost until all of these files are right. */
export function writeRelease(recorded: Partial<Record<FileName, unknown>>): void {
  const texts = Object.entries(recorded).map(([name, value]) => {
    const file = name as FileName;
    return [file, `${compactJson(FILES[file].parse(JSON.parse(JSON.stringify(value))), 1)}\n`] as const;
  });
  for (const [name, text] of texts) writeFileSync(fileOf(name), text);
}

/** The kind of an item: its partition up to an id, and its sort key up to a number or a name. */
export function kindOf({ pk, sk }: Key): string {
  const [first = "", second = ""] = pk.split("#");
  return `${first === "audit" ? `audit ${second}` : first} / ${sk.split("#")[0]}`;
}

export function readRelease<N extends FileName>(name: N): z.output<(typeof FILES)[N]> {
  return FILES[name].parse(JSON.parse(readFileSync(fileOf(name), "utf8"))) as z.output<(typeof FILES)[N]>;
}

/** Of DynamoDB's JSON. */
export const textOf = (attribute: unknown) => String((attribute as { S?: string } | undefined)?.S);

export const kindOfItem = ({ pk, sk }: Record<string, unknown>) => kindOf({ pk: textOf(pk), sk: textOf(sk) });
