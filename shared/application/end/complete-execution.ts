// Completes an execution: writes the outcome that its recorded attempts prove, once, whichever caller comes first.

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
  saveCompletion,
} from "../../store/executions.ts";
import { CHANGED, retryOnConflict } from "../../store/retry-on-conflict.ts";
import { admitNext } from "../start/admit-next.ts";

/** Conflicts are frequent: every attempt changes the execution twice. */
const TRIES = 25;

/**
 * Returns the completed execution, or the execution unchanged if it has already completed or still waits for its
 * callback; null if it does not exist. `interruption` says why the state machine stopped early; null if it ended as
 * planned. `refusal` says why it could not begin, and that nothing was sent: a repeated task may have begun it since.
 */
export async function completeFromAttempts(
  id: string,
  interruption: ExecutionError | null,
  context: Context,
  refusal: ExecutionError | null = null,
): Promise<Execution | null> {
  const now = context.now.toISOString();
  return completeExecution(id, context, (record) => {
    const isRefused = record.attempts.length === 0 && refusal !== null;
    return isAwaitingCallback(record, now)
      ? null
      : outcomeProvenBy(record, isRefused ? refusal : interruption, now);
  });
}

/**
 * Like `completeFromAttempts`, but `decide` chooses the outcome from the stored execution. Returning null leaves it
 * unchanged.
 */
export async function completeExecution(
  id: string,
  context: Context,
  decide: (record: ExecutionRecord) => Outcome | null,
): Promise<Execution | null> {
  return (await tryComplete(id, context, decide))?.record.execution ?? null;
}

/**
 * `completedNow`: this call wrote the outcome. `record` is the data that the outcome was decided from, with the
 * outcome.
 */
type Completion = { record: ExecutionRecord; completedNow: boolean };

/** Like `completeExecution`, and reports whether this call wrote the outcome. */
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

/** Returns the execution as stored with its outcome. */
async function saveOutcome(run: ExecutionRecord, outcome: Outcome, context: Context): Promise<Execution> {
  const change = markCompleted(run.execution, outcome, toAct(context), run.attempts);
  await saveCompletion(change);
  if (change.execution.callDeadlineAt === null) await admitNext(run.execution);
  return change.execution;
}

/**
 * Marks attempts past the call deadline as `unknown` instead of waiting for them. Returns true if there were any: the
 * execution must then be read again.
 */
async function resolveOverdueAttempts({ execution, attempts }: ExecutionRecord, now: Date): Promise<boolean> {
  const open = secondsUntilCallDeadline(execution, now) === 0 ? attempts.filter(isInProgress) : [];
  for (const attempt of open) await markOutcomeUnknown(execution.id, markUnknown(attempt));
  return open.length > 0;
}
