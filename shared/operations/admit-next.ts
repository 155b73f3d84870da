// Whose turn it is: whoever waits for a lock gets it in order, as soon as there is room. The sweep does the same again.
import { type Lock, nextInLine } from "../domain/concurrency.ts";
import type { Execution } from "../domain/execution.ts";
import { isActive, isUnsettled } from "../domain/run-changes.ts";
import { startMachine } from "../engine/runs.ts";
import { loggable, logger } from "../observe/logger.ts";
import { getExecution } from "../store/executions.ts";
import { evict, getLock, promote } from "../store/locks.ts";

/** How often the queue is looked at anew because it moved in between. */
const TRIES = 200;

/** After an end, which stands already: what fails here is left to the sweep. */
export async function admitNext(ended: Execution): Promise<void> {
  if (!ended.concurrency) return;
  try {
    for (const id of await fillLock(ended.runbookId, ended.concurrency.lock)) await startMachine(id);
  } catch (error) {
    logger.warn("The next run in the queue could not be started; the sweep will start it", {
      executionId: ended.id,
      failure: loggable(error),
    });
  }
}

/** Whether the run holds its lock, or needs none, after everybody whose turn it is has got it. */
export async function admitQueued({ id, runbookId, concurrency }: Execution): Promise<boolean> {
  if (!concurrency) return true;
  await fillLock(runbookId, concurrency.lock, id);
  return (await getLock(runbookId, concurrency.lock)).holders.includes(id);
}

/**
 * Gives the lock to whoever is next while there is room; answers who got it, in order. `asking`: the run that the sweep
 * came with; if it is the first in the queue, holders that have ended without giving the lock back are taken out.
 */
export async function fillLock(runbookId: string, lock: string, asking?: string): Promise<string[]> {
  const admitted: string[] = [];
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const now = await getLock(runbookId, lock);
    const [first] = now.waiting;
    if (first === undefined) return admitted;
    const run = await getExecution(first);
    // Not to be seen yet: who has written it looks after it.
    if (!run?.concurrency) return admitted;
    if (!isActive(run)) {
      await evict(run, now);
    } else if (nextInLine(now, run.concurrency.limit)) {
      if (await promote(run, now)) admitted.push(first);
    } else if (asking !== first || !(await evictEnded(now))) {
      return admitted;
    }
  }
  return admitted;
}

/** No transaction leaves such a holder behind; this keeps a queue going should one ever be found. */
async function evictEnded(now: Lock): Promise<boolean> {
  for (const id of now.holders) {
    const holder = await getExecution(id);
    // One whose last call may be under way holds by right.
    if (!holder || isUnsettled(holder)) continue;
    logger.error("A run that has ended still held a lock", { executionId: id, runbookId: holder.runbookId });
    await evict(holder, now);
    return true;
  }
  return false;
}
