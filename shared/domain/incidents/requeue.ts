// Events whose runs are over the rate wait for their turn in the queue instead of counting as failed. Pure.
import { ServiceError } from "../errors.ts";

/** The message attribute that tells since when an event waits: ISO 8601. */
export const REQUEUED_SINCE = "waitingSince";

/** SQS takes no longer delay. */
const MAX_DELAY_SECONDS = 900;
/** Those that wait come back one after the other, not all in the second in which one of them may start. */
const JITTER_SECONDS = 60;
/** The longer it has waited, the more rarely it asks: a third of its wait is added each time. */
const BACKOFF_DIVISOR = 3;

export type RequeueDelay = { delaySeconds: number; since: Date };

/** A delivery of an event that waits since then, and may wait that long. `chance` is in [0, 1). */
export type RequeueInput = { since: Date; now: Date; longestMinutes: number; chance: number };

/** Null where the failure is another one, or the event has waited for long enough: then the delivery has failed. */
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

/** Of several failures, all have to be a matter of waiting. */
function secondsToWait(failure: unknown): number | null {
  if (failure instanceof AggregateError) {
    const all = failure.errors.map(secondsToWait);
    return all.some((seconds) => seconds === null) ? null : Math.max(0, ...all.map(Number));
  }
  if (!(failure instanceof ServiceError) || failure.code !== "too_many_requests") return null;
  return failure.retryAfterSeconds ?? 1;
}
