// The reconciler. Each pass takes a bounded number of ids from the sparse index. The table, not the index, decides each
// case.
import { SWEEP_METRICS, type SweepMetric } from "../../contract/metrics.ts";
import type { TaskContext } from "../../domain/context.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { takeNextActiveIds } from "../../store/active-executions.ts";
import { reconcile } from "./reconcile.ts";

/** Executions that one pass examines in each shard. The next pass continues after them, or starts again at the oldest. */
const PER_SHARD = 200;
const MAX_CONCURRENT = 10;

type SweepResult = Record<SweepMetric, number>;

export async function sweep(context: TaskContext): Promise<SweepResult> {
  const ids = await takeNextActiveIds(PER_SHARD);
  const zero = Object.fromEntries(SWEEP_METRICS.map((name) => [name, 0])) as SweepResult;
  const counts = { ...zero, examined: ids.length };
  for (let i = 0; i < ids.length; i += MAX_CONCURRENT) {
    await Promise.all(ids.slice(i, i + MAX_CONCURRENT).map((id) => reconcileOne(id, context, counts)));
  }
  return counts;
}

/** An execution that cannot be reconciled does not hold up the others. The next pass tries it again. */
async function reconcileOne(id: string, context: TaskContext, counts: SweepResult): Promise<void> {
  try {
    const done = await reconcile(id, context);
    if (done !== "none") counts[done]++;
  } catch (error) {
    counts.failed++;
    logger.error("Reconciliation of an execution failed", { executionId: id, failure: toLogFields(error) });
  }
}
