// Records the outcome of a call that was made, also if the table does not accept it at first: no other process knows it.
import { setTimeout as wait } from "node:timers/promises";
import { TIME_LIMITS } from "../../contract/workflow.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { Attempt } from "../../domain/executions/execution.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { recordAttempt } from "../../store/attempts.ts";

/** Waits between two tries: at random up to this, then up to twice as long, … */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** Seconds after the start of the attempt at which its function is about to be stopped. */
const GIVE_UP_SECONDS = TIME_LIMITS.deliverLambda - 15;

/**
 * Like `recordAttempt`, and tries again while the table is unavailable, for as long as the function may run.
 * @throws `unavailable` after that.
 */
export async function recordCall(
  executionId: string,
  attempt: Attempt,
  clock: () => Date,
): ReturnType<typeof recordAttempt> {
  const until = Date.parse(attempt.startedAt) + GIVE_UP_SECONDS * 1000;
  for (let longestMs = FIRST_WAIT_MS; ; longestMs = Math.min(2 * longestMs, LONGEST_WAIT_MS)) {
    try {
      return await recordAttempt(executionId, attempt);
    } catch (error) {
      const isTransient = error instanceof ServiceError && error.code === "unavailable";
      if (!isTransient || clock().getTime() >= until) throw error;
      const { number, outcome } = attempt;
      logger.warn("The outcome of a call is not recorded yet; it is tried again", {
        ...{ executionId, attempt: number, outcome },
        failure: toLogFields(error),
      });
    }
    await wait(Math.random() * longestMs);
  }
}
