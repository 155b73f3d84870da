// Decides and writes, and does both again where what it was decided from has changed in between.
import { ServiceError } from "../domain/errors.ts";
import { ConditionFailed } from "./client.ts";
import { EVIDENCE } from "./transact.ts";

/** What `decide` answers where it cannot tell yet: read and decide again. */
export const CHANGED: unique symbol = Symbol("changed");

type Conflicts = {
  /** How often it is decided in all. */
  tries: number;
  /** Whether a failed write means that something has changed. Any other failure is thrown as it is. */
  isConflict: (error: ConditionFailed) => boolean;
  /** What is thrown once it has changed as often. */
  giveUp: (cause: unknown) => Error;
};

/** Changes of the evidence alone: what a caller is told is that the resource keeps changing. */
const CHANGED_EVIDENCE: Conflicts = {
  tries: 5,
  isConflict: ({ labels }) => labels.includes(EVIDENCE),
  giveUp: (cause) => {
    const message = "What this depends on keeps changing: try again.";
    return new ServiceError("version_conflict", message, { cause, retryAfterSeconds: 1 });
  },
};

/** `again`: true from the second time on. */
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
