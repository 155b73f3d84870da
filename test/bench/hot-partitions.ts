// Which partitions 10,000 starts of one runbook write to, and how much: the table's, and those of its indexes.
import * as z from "zod";
import { table } from "../../infra/docs/markdown.ts";
import { INDEXES } from "../../shared/contract/table.ts";
import { aroundSdkCalls } from "../support/sdk-calls.ts";
import { bytesOf, INDEX_NAMES, indexEntry, kilobytes, writesOf } from "../support/write-units.ts";

const STARTS = 10_000;
const AT_ONCE = 50;

const Pk = z.looseObject({ pk: z.string() });

/** Partition → write units. */
type Units = Map<string, number>;

/** Answers what would be written in place of the table: twice the size of each item, and each entry of an index once. */
function countInto(units: Units): () => void {
  const add = (partition: string, count: number) => units.set(partition, (units.get(partition) ?? 0) + count);
  return aroundSdkCalls(async ({ name, input }, send) => {
    if (name === "StartExecution") return {};
    if (name !== "TransactWriteItems") return send();
    for (const { Item, Key } of writesOf(input)) {
      // What is updated or checked is smaller than 1 KB: see the sizes below.
      add(Pk.parse(Item ?? Key).pk, 2 * (Item ? kilobytes(bytesOf(Item)) : 1));
      for (const index of INDEX_NAMES) {
        const entry = Item && indexEntry(Item, index);
        if (entry) add(`${index}: ${String(entry[INDEXES[index].partitionKey])}`, kilobytes(bytesOf(entry)));
      }
    }
    return {};
  });
}

/** Partitions whose ids are left out, so that those of one kind fall together. */
const kindOf = (partition: string) =>
  partition
    .replaceAll(/(runbook|execution|automation)_[0-9a-z]+/g, "<$1>")
    .replace(/#\d$/, "#<shard>")
    .replace(/#[0-9a-f]{64}$/, "#<hash>");

/** The table of docs/data-model.md: of each kind the hottest partition. On the environment's table. */
export async function measureHotPartitions(): Promise<string> {
  const { createExecution } = await import("../../shared/application/start/create-execution.ts");
  const seed = await import("../support/seed.ts");
  const runbook = await seed.approved();
  const request = { parameters: { service: "checkout" }, ranForTeamId: "payments", trigger: {} };
  const start = () =>
    createExecution(
      runbook,
      { ...request, incident: null, automation: null, triggeredBy: "manual" },
      seed.contextAt(new Date()),
    );
  const units: Units = new Map();
  const stop = countInto(units);
  let left = STARTS;
  const caller = async () => {
    while (left-- > 0) await start();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller)).finally(stop);
  const kinds = Map.groupBy(units, ([partition]) => kindOf(partition));
  const rows = [...kinds].map(([kind, all]) => ({ kind, count: all.length, most: mostOf(all) }));
  return table(
    ["partition", "how many", "write units of the hottest", "of each start"],
    rows
      .sort((a, b) => b.most - a.most || (a.kind < b.kind ? -1 : 1))
      .map(({ kind, count, most }) => [`\`${kind}\``, count, most, shareOf(most)]),
  );
}

const mostOf = (all: readonly [string, number][]) => Math.max(...all.map(([, count]) => count));
/** Partitions that each start makes anew say nothing of the next start. */
const shareOf = (most: number) => (most < 100 ? "" : Math.round((most / STARTS) * 100) / 100);
