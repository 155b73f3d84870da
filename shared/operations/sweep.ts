// The sweep: bounded work each turn, over the ids that the sparse index shows, each decided from the table itself.
import type { Occasion } from "../domain/context.ts";
import { loggable, logger } from "../observe/logger.ts";
import { nextActiveIds } from "../store/active-runs.ts";
import { reconcile } from "./reconcile.ts";

/** Runs looked at in one turn, of each shard; the next turn goes on with those after them, or at the oldest again. */
const PER_SHARD = 200;
const AT_ONCE = 10;

export type Swept = { looked: number; started: number; closed: number; settled: number; failed: number };

export async function sweep(occasion: Occasion): Promise<Swept> {
  const ids = await nextActiveIds(PER_SHARD);
  const swept: Swept = { looked: ids.length, started: 0, closed: 0, settled: 0, failed: 0 };
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => sweepOne(id, occasion, swept)));
  }
  return swept;
}

/** One run that cannot be brought together does not keep the others waiting; the next turn comes to it again. */
async function sweepOne(id: string, occasion: Occasion, swept: Swept): Promise<void> {
  try {
    const done = await reconcile(id, occasion);
    if (done !== "none") swept[done]++;
  } catch (error) {
    swept.failed++;
    logger.error("A run could not be swept", { executionId: id, failure: loggable(error) });
  }
}
