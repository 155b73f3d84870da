// Active executions for the reconciler: each pass continues where the pass before it stopped.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { idOfSort, LISTS } from "../contract/lists.ts";
import { KEYS, SHARDS, shardsOf } from "../contract/table.ts";
import { callTable, openTable } from "./client.ts";
import { getRecord, queryListPage } from "./read.ts";

/** The sort key of the last row that a pass read, by shard. A shard without a position starts at its oldest execution. */
const Positions = z.object({ positions: z.record(z.string(), z.string()) });

/**
 * Returns the ids for the next pass, up to `perShard` from each shard. They come from an index, which lags: read each
 * execution again before deciding. Long-waiting executions do not keep a pass from reaching the others.
 */
export async function takeNextActiveIds(perShard: number): Promise<string[]> {
  const before = (await getRecord(Positions, KEYS.reconcilerPositions()))?.positions ?? {};
  const shards = shardsOf(SHARDS.activeExecutions).map(String);
  const pages = await Promise.all(
    shards.map(async (shard) => ({ shard, ...(await getActivePage(shard, before[shard], perShard)) })),
  );
  const after = pages.flatMap(({ shard, last, more }) =>
    more && last !== undefined ? [[shard, last] as const] : [],
  );
  // Save the positions before the work. If this pass times out, the next pass still moves on to other executions.
  if (after.length > 0 || Object.keys(before).length > 0) await savePositions(Object.fromEntries(after));
  return pages.flatMap(({ ids }) => ids);
}

/** Returns the ids of one shard that sort after `from`, oldest first. `last`: the sort key of the last one. */
export async function getActivePage(shard: string, from: string | undefined, limit: number) {
  const list = LISTS.activeExecutions(Number(shard));
  const { items, more } = await queryListPage(list, from, limit, "oldest-first");
  const sorts = items.map((item) => String(item["listSort"]));
  return { ids: sorts.map(idOfSort), last: sorts.at(-1), more };
}

/** Unconditional: two concurrent passes may overwrite each other. At worst, some executions are read twice. */
async function savePositions(positions: Record<string, string>): Promise<void> {
  const { documents, table: TableName } = openTable();
  const put = new PutCommand({ TableName, Item: { ...KEYS.reconcilerPositions(), positions } });
  await callTable(() => documents.send(put));
}
