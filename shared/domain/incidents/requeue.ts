// Requeues events that have to wait with a delay, instead of counting the delivery as failed: for the rate, or for the
// end of a pause. Pure.
import type { Wait } from "../context.ts";
import { type ErrorCode, ServiceError } from "../errors.ts";

/** Message attribute: since when the event waits, ISO 8601. */
export const REQUEUED_SINCE = "waitingSince";

/** SQS's maximum. */
const MAX_DELAY_SECONDS = 900;
/** Spreads waiting events, so that they do not all retry in the same second. */
const JITTER_SECONDS = 60;
/** Backoff: each delay adds a third of the time waited so far. */
const BACKOFF_DIVISOR = 3;

export type RequeueDelay = { delaySeconds: number; since: Date };

/** `since`: start of the wait. `longestMinutes`: its limit. `chance`: random, in [0, 1). */
type RequeueInput = { since: Date; now: Date; longestMinutes: number; chance: number };

/** Codes of refusals that time alone may end, and how soon to ask again if the refusal does not say. */
const WAITS: Partial<Record<ErrorCode, number>> = { too_many_requests: 1, paused: 30 };

/** Returns the state of a wait that began at `since`, if it has begun. */
export function readWait(since: Date | null, now: Date, longestMinutes: number): Wait {
  return { since, isOver: since !== null && secondsLeft(since, now, longestMinutes) < 0 };
}

const secondsLeft = (since: Date, now: Date, longestMinutes: number) =>
  longestMinutes * 60 - (now.getTime() - since.getTime()) / 1000;

/** Returns the delay, or null if the delivery failed: for another cause, or after the longest wait. */
export function requeueDelay(
  failure: unknown,
  { since, now, longestMinutes, chance }: RequeueInput,
): RequeueDelay | null {
  const seconds = secondsToWait(failure);
  if (seconds === null) return null;
  const left = secondsLeft(since, now, longestMinutes);
  if (left < 0) return null;
  const waitedSeconds = Math.max(0, now.getTime() - since.getTime()) / 1000;
  const delay = Math.ceil(seconds + chance * JITTER_SECONDS + waitedSeconds / BACKOFF_DIVISOR);
  // The last turn comes right after the longest wait.
  return { delaySeconds: Math.min(delay, MAX_DELAY_SECONDS, Math.floor(left) + 1), since };
}

/** Whether time alone may end the failure. */
export const isWait = (failure: unknown) => secondsToWait(failure) !== null;

/** Several failures are retryable only if each of them is. */
function secondsToWait(failure: unknown): number | null {
  if (failure instanceof AggregateError) {
    const all = failure.errors.map(secondsToWait);
    return all.some((seconds) => seconds === null) ? null : Math.max(0, ...all.map(Number));
  }
  if (!(failure instanceof ServiceError)) return null;
  const usual = WAITS[failure.code];
  return usual === undefined ? null : (failure.retryAfterSeconds ?? usual);
}
