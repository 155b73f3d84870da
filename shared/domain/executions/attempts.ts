// An attempt of a run: how long its call may be under way, what can still change of what is recorded, and what it proves in words. Pure.
import type { Attempt, Execution, ExecutionError } from "./execution.ts";

/** No call outlives its time by this much, clocks that differ included. */
const GRACE_SECONDS = 10;

/** The call of this attempt may be under way, or it died without a word. */
export const isInProgress = ({ outcome }: Pick<Attempt, "outcome">) => outcome === "intended";

export const isDelivered = ({ outcome }: Pick<Attempt, "outcome">) => outcome === "delivered";

/** Its outcome may still be told: it is open, or was taken for unknown by others (only who called knows how long it took). */
export const mayChange = ({ outcome, durationMs }: Attempt) =>
  outcome === "intended" || (outcome === "unknown" && durationMs === null);

/** What is recorded of an attempt whose call is over, and whose outcome was not told. */
export function markUnknown(attempt: Attempt): Attempt {
  return { ...attempt, outcome: "unknown", error: unknownOutcomeError(attempt.number) };
}

export function unknownOutcomeError(number: number): ExecutionError {
  const message = `Attempt ${number} went out, but its outcome is not known: the receiver may have acted. Check there before a rerun.`;
  return { code: "outcome_unknown", message };
}

/** Whether anything reached the receiver, in words for the end of a run. */
export function describeDelivery(attempts: readonly Attempt[]): string {
  if (attempts.some(isInProgress)) return `A call is under way: ${MAY_ACT}`;
  if (attempts.some(({ outcome }) => outcome === "unknown"))
    return "A call went out whose outcome is not known: the receiver may have acted.";
  if (attempts.every(({ outcome }) => outcome === "failed")) return "Nothing reached the receiver.";
  return "The receiver was called, and refused.";
}

const MAY_ACT = "the receiver may have acted, or may act yet. The outcome will be shown with the attempt.";

export function inProgressError(number: number): ExecutionError {
  const message = `The run ended while attempt ${number} was under way: ${MAY_ACT} Check there before a rerun.`;
  return { code: "outcome_unknown", message };
}

export function timeoutError(last: Attempt): ExecutionError {
  const why = last.error?.message ?? "The webhook did not succeed.";
  return { code: "run_timeout", message: `The time budget of the run ended. Last attempt: ${why}` };
}

export function callbackTimeoutError(seconds: number): ExecutionError {
  const message = `The receiver accepted the call, but did not call back within ${seconds} seconds: it may still act. Check there before a rerun.`;
  return { code: "callback_timeout", message };
}

export function lastAttemptError(last: Attempt, attempts: number): ExecutionError {
  const error: ExecutionError = last.error ?? {
    code: "infrastructure",
    message: "The webhook did not succeed.",
  };
  if (!last.retryable || attempts === 1) return error;
  return { code: error.code, message: `${error.message} Gave up after ${attempts} attempts.` };
}

/** When a call that begins at `startedAt` has to be over, by the attempt's time and by the run's. */
export function computeCallEnd(
  startedAt: string,
  timeoutSeconds: number,
  execution: Pick<Execution, "deadlineAt">,
): number {
  const attemptEnds = Date.parse(startedAt) + timeoutSeconds * 1000;
  return execution.deadlineAt === null
    ? attemptEnds
    : Math.min(attemptEnds, Date.parse(execution.deadlineAt));
}

/** From then on nothing of such a call can be under way. */
export function toCallDeadline(endsAt: number): string {
  return new Date(endsAt + GRACE_SECONDS * 1000).toISOString();
}

/** Seconds until the last claimed call is surely over; 0 if it is. */
export function secondsUntilCallDeadline(
  { callDeadlineAt }: Pick<Execution, "callDeadlineAt">,
  now: Date,
): number {
  if (callDeadlineAt === null) return 0;
  return Math.max(0, Math.ceil((Date.parse(callDeadlineAt) - now.getTime()) / 1000));
}

/** When the outcome was there; as far as is known, when the call began. */
export const answeredAt = ({ startedAt, durationMs }: Attempt) =>
  new Date(Date.parse(startedAt) + (durationMs ?? 0)).toISOString();
