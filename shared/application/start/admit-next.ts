// Whose turn it is: whoever waits for a lock gets it in order, as soon as there is room. The sweep does the same again.
import { type ConcurrencySlots, nextInQueue } from "../../domain/executions/concurrency.ts";
import type { Execution } from "../../domain/executions/execution.ts";
import { isActive, mayNeedReconciliation } from "../../domain/executions/execution-changes.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { startStateMachineExecution } from "../../step-functions/executions.ts";
import { evictFromSlots, getSlots, promoteToHolder } from "../../store/concurrency-slots.ts";
import { getExecution } from "../../store/executions.ts";

/** Each step gives the lock to one run, or takes out one: a queue that is longer is left to the sweep. */
const MOST_STEPS = 200;

/** After an end, which stands already: what fails here is left to the sweep. */
export async function admitNext(completed: Execution): Promise<void> {
  if (!completed.concurrency) return;
  try {
    for (const id of await fillSlots(completed.runbookId, completed.concurrency.slotKey))
      await startStateMachineExecution(id);
  } catch (error) {
    logger.warn("The next run in the queue could not be started; the sweep will start it", {
      executionId: completed.id,
      failure: toLogFields(error),
    });
  }
}

/** Whether the run holds its lock, or needs none, after everybody whose turn it is has got it. */
export async function admitQueued({ id, runbookId, concurrency }: Execution): Promise<boolean> {
  if (!concurrency) return true;
  await fillSlots(runbookId, concurrency.slotKey, id);
  return (await getSlots(runbookId, concurrency.slotKey)).holders.includes(id);
}

/**
 * Gives the lock to whoever is next while there is room; answers who got it, in order. `asking`: the run that the sweep
 * came with; if it is the first in the queue, holders that have ended without giving the lock back are taken out.
 */
export async function fillSlots(runbookId: string, lock: string, reconciledId?: string): Promise<string[]> {
  const admitted: string[] = [];
  for (let step = 1; step <= MOST_STEPS; step++) {
    const current = await getSlots(runbookId, lock);
    const [first] = current.waiting;
    if (first === undefined) return admitted;
    const execution = await getExecution(first);
    // Not to be seen yet: who has written it looks after it.
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

/** No transaction leaves such a holder behind; this keeps a queue going should one ever be found. */
async function evictCompletedHolder(lock: ConcurrencySlots): Promise<boolean> {
  for (const id of lock.holders) {
    const holder = await getExecution(id);
    // One whose last call may be under way holds by right.
    if (!holder || mayNeedReconciliation(holder)) continue;
    logger.error("A run that has ended still held a lock", { executionId: id, runbookId: holder.runbookId });
    await evictFromSlots(holder, lock);
    return true;
  }
  return false;
}
