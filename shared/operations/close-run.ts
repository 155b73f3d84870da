// Closing a run: the one end that its recorded attempts prove, written once, whoever comes to write it.
import type { Actor } from "../domain/audit.ts";
import { awaitsCallback } from "../domain/callback.ts";
import type { Attempt, Execution, ExecutionError } from "../domain/execution.ts";
import type { IdSource } from "../domain/ids.ts";
import { type End, endProvenBy, endRun, isActive, leftUnknown } from "../domain/run-changes.ts";
import { recordAttempt } from "../store/attempts.ts";
import { getRun, type Run, runMoved, saveExecution } from "../store/executions.ts";
import { admitNext } from "./admit-next.ts";

/** Who closes, and when. */
export type Closer = { actor: Actor; now: Date; newId: IdSource };

/** How often closing is decided anew because the run moved in between. */
const TRIES = 5;

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
  for (let attempt = 1; ; attempt++) {
    const run = await getRun(id);
    if (!run || !isActive(run.execution)) return run?.execution ?? null;
    const end = decide(run);
    if (!end) return run.execution;
    if (!(await settleOpen(id, run.attempts))) continue;
    const act = { actor: closer.actor, at: closer.now.toISOString(), auditId: closer.newId("audit") };
    const change = endRun(run.execution, end, act);
    try {
      await saveExecution(change);
      await admitNext(run.execution);
      return change.execution;
    } catch (error) {
      if (!runMoved(error) || attempt === TRIES) throw error;
    }
  }
}

/**
 * Attempts that never told their outcome are recorded as unknown, before the end is: the evidence must not look as if
 * they were going on, whatever dies in between. False where one has told its outcome since it was read.
 */
async function settleOpen(id: string, attempts: readonly Attempt[]): Promise<boolean> {
  const open = attempts.filter((attempt) => attempt.outcome === "intended");
  const settled = await Promise.all(open.map((attempt) => recordAttempt(id, leftUnknown(attempt))));
  return !settled.includes(false);
}
