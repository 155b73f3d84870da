// Closing a run: the one end that its recorded attempts prove, written once, whoever comes to write it.
import { isOpen, leftUnknown, secondsUntilOver } from "../domain/attempts.ts";
import type { Actor } from "../domain/audit.ts";
import { awaitsCallback } from "../domain/callback.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Execution, ExecutionError } from "../domain/execution.ts";
import type { IdSource } from "../domain/ids.ts";
import { type End, endProvenBy, endRun, isActive } from "../domain/run-changes.ts";
import { presumeUnknown } from "../store/attempts.ts";
import { getRun, isWhole, type Run, runMoved, saveExecution } from "../store/executions.ts";
import { admitNext } from "./admit-next.ts";

/** Who closes, and when. */
export type Closer = { actor: Actor; now: Date; newId: IdSource };

/** How often closing is decided anew because the run moved in between: every attempt moves it twice. */
const TRIES = 25;

/**
 * The run at its end; as it is, if it had ended before, or if only its receiver can say how it ends. `interrupted` says why the state machine stopped by itself,
 * null where the machine came to its end as planned. Null where there is no such run.
 */
export async function closeRun(
  id: string,
  interrupted: ExecutionError | null,
  closer: Closer,
): Promise<Execution | null> {
  const now = closer.now.toISOString();
  return endWith(id, closer, (run) => (awaitsCallback(run, now) ? null : endProvenBy(run, interrupted, now)));
}

/** The same, with an end that is decided from the run as it is read; null leaves it as it is. */
export async function endWith(
  id: string,
  closer: Closer,
  decide: (run: Run) => End | null,
): Promise<Execution | null> {
  return (await endNow(id, closer, decide))?.run.execution ?? null;
}

/** `endedNow`: this call has written the end. The run is as it was decided from, its end included. */
export type Closed = { run: Run; endedNow: boolean };

/** The same, and whether the end is the one that was decided here. */
export async function endNow(
  id: string,
  closer: Closer,
  decide: (run: Run) => End | null,
): Promise<Closed | null> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const run = await getRun(id);
    if (!run || !isActive(run.execution)) return run && { run, endedNow: false };
    if (!isWhole(run) || (await settlesOverdue(run, closer.now))) continue;
    const end = decide(run);
    if (!end) return { run, endedNow: false };
    const execution = await save(run, end, closer);
    if (execution) return { run: { ...run, execution }, endedNow: true };
  }
  throw new RunbookError("unavailable", `The execution ${id} keeps changing.`, { retryAfterSeconds: 1 });
}

/** The end as written; null where the run moved since it was read. */
async function save(run: Run, end: End, closer: Closer): Promise<Execution | null> {
  const act = { actor: closer.actor, at: closer.now.toISOString(), auditId: closer.newId("audit") };
  const change = endRun(run.execution, end, act, run.attempts);
  try {
    await saveExecution(change);
  } catch (error) {
    if (runMoved(error)) return null;
    throw error;
  }
  if (change.execution.callDeadlineAt === null) await admitNext(run.execution);
  return change.execution;
}

/** An attempt whose call is surely over is not waited for: true where there was one, and the run has to be read anew. */
async function settlesOverdue({ execution, attempts }: Run, now: Date): Promise<boolean> {
  const open = secondsUntilOver(execution, now) === 0 ? attempts.filter(isOpen) : [];
  for (const attempt of open) await presumeUnknown(execution.id, leftUnknown(attempt));
  return open.length > 0;
}
