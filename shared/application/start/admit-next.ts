// Admits queued executions in order, as soon as a slot is free. The reconciler does the same again.
import { type ConcurrencySlots, nextInQueue } from "../../domain/executions/concurrency.ts";
import type { Execution } from "../../domain/executions/execution.ts";
import { isActive, mayNeedReconciliation } from "../../domain/executions/execution-changes.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { startStateMachineExecution } from "../../step-functions/executions.ts";
import { evictFromSlots, getSlots, promoteToHolder } from "../../store/concurrency-slots.ts";
import { getExecution } from "../../store/executions.ts";

/** Each step promotes or removes one execution. The rest of a longer queue is left to the reconciler. */
const MAX_STEPS = 200;

/** Runs after the outcome is stored. The reconciler retries whatever fails here. */
export async function admitNext(completed: Execution): Promise<void> {
  if (!completed.concurrency) return;
  try {
    for (const id of await fillSlots(completed.runbookId, completed.concurrency.slotKey))
      await startStateMachineExecution(id);
  } catch (error) {
    logger.warn("The next run in the queue could not be started; the reconciler will start it", {
      executionId: completed.id,
      failure: toLogFields(error),
    });
  }
}

/** Returns whether the execution holds its slot or needs none, after promoting the queued executions that fit. */
export async function admitQueued({ id, runbookId, concurrency }: Execution): Promise<boolean> {
  if (!concurrency) return true;
  await fillSlots(runbookId, concurrency.slotKey, id);
  return (await getSlots(runbookId, concurrency.slotKey)).holders.includes(id);
}

/**
 * Promotes queued executions while slots are free. Returns the promoted ids, in order. `reconciledId`: the execution
 * that the reconciler examines. If it is first in the queue, completed holders that did not release their slot are
 * removed.
 */
export async function fillSlots(
  runbookId: string,
  slotKey: string,
  reconciledId?: string,
): Promise<string[]> {
  const admitted: string[] = [];
  for (let step = 1; step <= MAX_STEPS; step++) {
    const current = await getSlots(runbookId, slotKey);
    const [first] = current.waiting;
    if (first === undefined) return admitted;
    const execution = await getExecution(first);
    // Not visible yet: the request that wrote it takes care of it.
    if (!execution?.concurrency) return admitted;
    if (!isActive(execution)) {
      await evictFromSlots(execution, current);
    } else if (nextInQueue(current, execution.concurrency.limit)) {
      if (await promoteToHolder(execution, current)) admitted.push(first);
    } else if (reconciledId !== first || !(await evictCompletedHolder(current))) {
      return admitted;
    }
  }
  return admitted;
}

/** No transaction leaves such a holder behind. This keeps the queue moving if one is ever found. */
async function evictCompletedHolder(slots: ConcurrencySlots): Promise<boolean> {
  for (const id of slots.holders) {
    const holder = await getExecution(id);
    // A completed execution keeps its slot while its last call may be under way.
    if (!holder || mayNeedReconciliation(holder)) continue;
    logger.error("A completed run still held a concurrency slot", {
      executionId: id,
      runbookId: holder.runbookId,
    });
    await evictFromSlots(holder, slots);
    return true;
  }
  return false;
}
