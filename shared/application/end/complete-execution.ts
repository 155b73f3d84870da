// Closing a run: the one end that its recorded attempts prove, written once, whoever comes to write it.

import { type Context, toAct } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import { isInProgress, markUnknown, secondsUntilCallDeadline } from "../../domain/executions/attempts.ts";
import { isAwaitingCallback } from "../../domain/executions/callback.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { isActive, markCompleted } from "../../domain/executions/execution-changes.ts";
import { type Outcome, outcomeProvenBy } from "../../domain/executions/outcome.ts";
import { markOutcomeUnknown } from "../../store/attempts.ts";
import {
  type ExecutionRecord,
  getExecutionRecord,
  hasAllAttempts,
  isStale,
  saveExecution,
} from "../../store/executions.ts";
import { CHANGED, retryOnConflict } from "../../store/retry-on-conflict.ts";
import { admitNext } from "../start/admit-next.ts";

/** A run may move often while its end is decided: every attempt moves it twice. */
const TRIES = 25;

/**
 * The run at its end; as it is, if it had ended before, or if only its receiver can say how it ends. `interrupted` says why the state machine stopped by itself,
 * null where the machine came to its end as planned. Null where there is no such run.
 */
export async function completeFromAttempts(
  id: string,
  interruption: ExecutionError | null,
  context: Context,
): Promise<Execution | null> {
  const now = context.now.toISOString();
  return completeExecution(id, context, (record) =>
    isAwaitingCallback(record, now) ? null : outcomeProvenBy(record, interruption, now),
  );
}

/** The same, with an end that is decided from the run as it is read; null leaves it as it is. */
export async function completeExecution(
  id: string,
  context: Context,
  decide: (record: ExecutionRecord) => Outcome | null,
): Promise<Execution | null> {
  return (await tryComplete(id, context, decide))?.record.execution ?? null;
}

/** `completedNow`: this call has written the end. The run is as it was decided from, its end included. */
type Completion = { record: ExecutionRecord; completedNow: boolean };

/** The same, and whether the end is the one that was decided here. */
export async function tryComplete(
  id: string,
  context: Context,
  decide: (record: ExecutionRecord) => Outcome | null,
): Promise<Completion | null> {
  const giveUp = (cause: unknown) =>
    new ServiceError("unavailable", `The execution ${id} keeps changing.`, { cause, retryAfterSeconds: 1 });
  return retryOnConflict(
    async () => {
      const record = await getExecutionRecord(id);
      if (!record || !isActive(record.execution)) return record && { record, completedNow: false };
      if (!hasAllAttempts(record) || (await resolveOverdueAttempts(record, context.now))) return CHANGED;
      const outcome = decide(record);
      if (!outcome) return { record, completedNow: false };
      const execution = await saveOutcome(record, outcome, context);
      return { record: { ...record, execution }, completedNow: true };
    },
    { tries: TRIES, isConflict: isStale, giveUp },
  );
}

/** The end as written. */
async function saveOutcome(run: ExecutionRecord, outcome: Outcome, context: Context): Promise<Execution> {
  const change = markCompleted(run.execution, outcome, toAct(context), run.attempts);
  await saveExecution(change);
  if (change.execution.callDeadlineAt === null) await admitNext(run.execution);
  return change.execution;
}

/** An attempt whose call is surely over is not waited for: true where there was one, and the run has to be read anew. */
async function resolveOverdueAttempts({ execution, attempts }: ExecutionRecord, now: Date): Promise<boolean> {
  const open = secondsUntilCallDeadline(execution, now) === 0 ? attempts.filter(isInProgress) : [];
  for (const attempt of open) await markOutcomeUnknown(execution.id, markUnknown(attempt));
  return open.length > 0;
}
