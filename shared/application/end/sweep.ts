// The sweep: bounded work each turn, over the ids that the sparse index shows, each decided from the table itself.
import type { TaskContext } from "../../domain/context.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { takeNextActiveIds } from "../../store/active-executions.ts";
import { reconcile } from "./reconcile.ts";

/** Runs looked at in one turn, of each shard; the next turn goes on with those after them, or at the oldest again. */
const PER_SHARD = 200;
const MAX_CONCURRENT = 10;

export type SweepResult = {
  looked: number;
  started: number;
  closed: number;
  settled: number;
  failed: number;
};

export async function sweep(occasion: TaskContext): Promise<SweepResult> {
  const ids = await takeNextActiveIds(PER_SHARD);
  const counts: SweepResult = { looked: ids.length, started: 0, closed: 0, settled: 0, failed: 0 };
  for (let i = 0; i < ids.length; i += MAX_CONCURRENT) {
    await Promise.all(ids.slice(i, i + MAX_CONCURRENT).map((id) => reconcileOne(id, occasion, counts)));
  }
  return counts;
}

/** One run that cannot be brought together does not keep the others waiting; the next turn comes to it again. */
async function reconcileOne(id: string, occasion: TaskContext, counts: SweepResult): Promise<void> {
  try {
    const done = await reconcile(id, occasion);
    if (done !== "none") counts[done]++;
  } catch (error) {
    counts.failed++;
    logger.error("A run could not be swept", { executionId: id, failure: toLogFields(error) });
  }
}
