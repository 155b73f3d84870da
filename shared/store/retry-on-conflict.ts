// Optimistic concurrency: decides and writes, and repeats both if the data changed between read and write.
import { ServiceError } from "../domain/errors.ts";
import { ConditionFailed } from "./client.ts";
import { EVIDENCE } from "./transact.ts";

/** Returned by `decide` to request another attempt. */
export const CHANGED: unique symbol = Symbol("changed");

export type Conflicts = {
  /** Maximum attempts. */
  tries: number;
  /** Whether a failed condition is a conflict. Other failures are thrown unchanged. */
  isConflict: (error: ConditionFailed) => boolean;
  /** Returns the error to throw after the last attempt. */
  giveUp: (cause: unknown) => Error;
};

/** Retries only failed evidence checks. After the last attempt, the caller gets `version_conflict`. */
const CHANGED_EVIDENCE: Conflicts = {
  tries: 5,
  isConflict: ({ labels }) => labels.includes(EVIDENCE),
  giveUp: (cause) => {
    const message = "The data that this depends on keeps changing: try again.";
    return new ServiceError("version_conflict", message, { cause, retryAfterSeconds: 1 });
  },
};

/** `again`: true from the second attempt on. */
export async function retryOnConflict<T>(
  decide: (again: boolean) => Promise<T | typeof CHANGED>,
  { tries, isConflict, giveUp }: Conflicts = CHANGED_EVIDENCE,
): Promise<T> {
  let cause: unknown;
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      const decided = await decide(attempt > 1);
      if (decided !== CHANGED) return decided;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || !isConflict(error)) throw error;
      cause = error;
    }
  }
  throw giveUp(cause);
}
