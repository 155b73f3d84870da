// Attempts: how long a call may last, which records may still change, and error messages from the evidence. Pure.
import type { Attempt, Execution, ExecutionError } from "./execution.ts";

/** Margin after a call's deadline. It covers clock differences. No call lasts longer. */
const GRACE_SECONDS = 10;

/** Whether the attempt has no outcome yet: its call is under way, or the function stopped without recording one. */
export const isInProgress = ({ outcome }: Pick<Attempt, "outcome">) => outcome === "in_progress";

export const isDelivered = ({ outcome }: Pick<Attempt, "outcome">) => outcome === "delivered";

/**
 * Whether the outcome may still be recorded: the attempt is open, or another process marked it unknown. Only the caller
 * of the webhook records a duration.
 */
export const mayChange = ({ outcome, durationMs }: Attempt) =>
  outcome === "in_progress" || (outcome === "unknown" && durationMs === null);

/** Returns the attempt with the outcome `unknown`, for a call that is over and reported no outcome. */
export function markUnknown(attempt: Attempt): Attempt {
  return { ...attempt, outcome: "unknown", error: unknownOutcomeError(attempt.number) };
}

export function unknownOutcomeError(number: number): ExecutionError {
  const message = `Attempt ${number} was sent, but its outcome is unknown: the receiver may have acted. Check there before a rerun.`;
  return { code: "outcome_unknown", message };
}

/** Returns a sentence on whether the receiver was reached, for the final error of an execution. */
export function describeDelivery(attempts: readonly Attempt[]): string {
  if (attempts.some(isInProgress)) return `A call is under way: ${MAY_ACT}`;
  if (attempts.some(({ outcome }) => outcome === "unknown"))
    return "A call was sent, but its outcome is unknown: the receiver may have acted.";
  if (attempts.every(({ outcome }) => outcome === "failed")) return "Nothing reached the receiver.";
  return "The receiver was called and refused.";
}

const MAY_ACT = "the receiver may have acted, or may still act. The attempt will show the outcome.";

export function inProgressError(number: number): ExecutionError {
  const message = `The run ended while attempt ${number} was under way: ${MAY_ACT} Check there before a rerun.`;
  return { code: "outcome_unknown", message };
}

export function timeoutError(last: Attempt, attempts: readonly Attempt[]): ExecutionError {
  const prefix = "The overall timeout of the run expired. Last attempt: ";
  return { code: "run_timeout", message: describeEnd(prefix, last, attempts, "") };
}

export function callbackTimeoutError(seconds: number): ExecutionError {
  const message = `The receiver accepted the call, but did not call back within ${seconds} seconds: it may still act. Check there before a rerun.`;
  return { code: "callback_timeout", message };
}

export function lastAttemptError(last: Attempt, attempts: readonly Attempt[]): ExecutionError {
  const isOnly = !last.retryable || attempts.length === 1;
  const suffix = isOnly ? "" : ` Gave up after ${attempts.length} attempts.`;
  return { code: last.error?.code ?? "internal_failure", message: describeEnd("", last, attempts, suffix) };
}

/** What an attempt says that failed before its call. The end of its run says so only if no other attempt made one. */
export const NOTHING_SENT = "Nothing was sent.";

/** Characters of an error's message. */
const MAX_MESSAGE = 500;

/** Returns the message of the last attempt, true of all attempts. Shortens it so that the text around it stays. */
function describeEnd(prefix: string, last: Attempt, attempts: readonly Attempt[], suffix: string): string {
  const message = last.error?.message ?? "The webhook did not succeed.";
  const denies = message.includes(NOTHING_SENT) && attempts.some(({ outcome }) => outcome !== "failed");
  const why = denies ? message.replace(NOTHING_SENT, "").replace("  ", " ").trim() : message;
  const end = denies ? ` That attempt sent nothing. ${describeDelivery(attempts)}${suffix}` : suffix;
  const room = MAX_MESSAGE - prefix.length - end.length;
  return `${prefix}${why.length <= room ? why : `${why.slice(0, room - 1)}…`}${end}`;
}

/**
 * Returns the latest end of a call that begins at `startedAt`, in epoch milliseconds: the attempt timeout or the
 * execution's deadline, whichever is earlier.
 */
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

/** Returns the time after which the call cannot be under way any more. */
export function toCallDeadline(endsAt: number): string {
  return new Date(endsAt + GRACE_SECONDS * 1000).toISOString();
}

/** Returns the seconds until the last claimed call is certainly over, at least 0. */
export function secondsUntilCallDeadline(
  { callDeadlineAt }: Pick<Execution, "callDeadlineAt">,
  now: Date,
): number {
  if (callDeadlineAt === null) return 0;
  return Math.max(0, Math.ceil((Date.parse(callDeadlineAt) - now.getTime()) / 1000));
}

/** Returns when the response arrived, or the start of the call if the duration is unknown. */
export const answeredAt = ({ startedAt, durationMs }: Attempt) =>
  new Date(Date.parse(startedAt) + (durationMs ?? 0)).toISOString();
