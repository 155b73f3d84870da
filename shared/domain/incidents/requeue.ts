// Requeues rate-limited events with a delay, instead of counting the delivery as failed. Pure.
import { ServiceError } from "../errors.ts";

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

/** Returns the delay, or null if the delivery failed: for another cause, or after the longest wait. */
export function requeueDelay(
  failure: unknown,
  { since, now, longestMinutes, chance }: RequeueInput,
): RequeueDelay | null {
  const seconds = secondsToWait(failure);
  if (seconds === null) return null;
  if (now.getTime() - since.getTime() > longestMinutes * 60_000) return null;
  const waitedSeconds = Math.max(0, now.getTime() - since.getTime()) / 1000;
  const delay = Math.ceil(seconds + chance * JITTER_SECONDS + waitedSeconds / BACKOFF_DIVISOR);
  return { delaySeconds: Math.min(delay, MAX_DELAY_SECONDS), since };
}

/** Several failures are retryable only if each of them is. */
function secondsToWait(failure: unknown): number | null {
  if (failure instanceof AggregateError) {
    const all = failure.errors.map(secondsToWait);
    return all.some((seconds) => seconds === null) ? null : Math.max(0, ...all.map(Number));
  }
  if (!(failure instanceof ServiceError) || failure.code !== "too_many_requests") return null;
  return failure.retryAfterSeconds ?? 1;
}
