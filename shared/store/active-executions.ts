// Runs that are not at their end, in turns: each turn goes on where the one before it stopped.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, LISTS, SHARDS } from "../contract/table.ts";
import { callTable, openTable } from "./client.ts";
import { getRecord, queryIndexPage } from "./read.ts";

/** The last id that a turn has looked at, by shard; a shard that is not named begins at its oldest run. */
const Positions = z.object({ positions: z.record(z.string(), z.string()) });

/**
 * The ids that are due in this turn, up to `perShard` of each shard, as the index shows them: to be read again before
 * anything is decided. However many runs wait for long, every other one has its turn.
 */
export async function takeNextActiveIds(perShard: number): Promise<string[]> {
  const before = (await getRecord(Positions, KEYS.reconcilerPositions()))?.positions ?? {};
  const shards = Array.from({ length: SHARDS.activeShard }, (_, shard) => String(shard));
  const pages = await Promise.all(
    shards.map(async (shard) => ({ shard, ...(await getActivePage(shard, before[shard], perShard)) })),
  );
  const after = pages.flatMap(({ shard, ids, more }) => {
    const last = ids.at(-1);
    return more && last !== undefined ? [[shard, last] as const] : [];
  });
  // Before the work and not after it: a turn that runs out of time does not keep the next one at the same runs.
  if (after.length > 0 || Object.keys(before).length > 0) await savePositions(Object.fromEntries(after));
  return pages.flatMap(({ ids }) => ids);
}

/** The oldest of one shard that come after `from`. */
export async function getActivePage(shard: string, from: string | undefined, limit: number) {
  const list = LISTS.activeShard(Number(shard));
  const { items, more } = await queryIndexPage("executions-active", list, from, limit, "oldest-first");
  return { ids: items.map((item) => String(item["executionSort"])), more };
}

/** Two turns at once may both write it: what they cost each other is a second look at some runs. */
async function savePositions(positions: Record<string, string>): Promise<void> {
  const { documents, table: TableName } = openTable();
  const put = new PutCommand({ TableName, Item: { ...KEYS.reconcilerPositions(), positions } });
  await callTable(() => documents.send(put));
}
