// Makes a change of a runbook once. A repeated request of the same caller gets the same answer.
import { ServiceError } from "../../domain/errors.ts";
import type { Runbook, RunbookChange } from "../../domain/runbooks/runbook-changes.ts";

type RunbookResult = Pick<RunbookChange, "summary" | "version">;
type RepeatableChange = {
  /** Reads the runbook again. */
  reread: () => Promise<Runbook>;
  isRepeat: (runbook: Runbook) => boolean;
  apply: (runbook: Runbook) => Promise<RunbookResult>;
  /** Whether the request still holds for the runbook as somebody else has changed it meanwhile. Default: it does not. */
  isStillAsked?: (now: Runbook) => boolean;
};

/** Most attempts to apply one change. */
const TRIES = 5;
const CONFLICTS: readonly string[] = ["version_conflict", "precondition_failed"];

/** An error is final only if the runbook, read again afterwards, does not show this change. */
export async function changeOnce(
  runbook: Runbook,
  { reread, isRepeat, apply, isStillAsked = () => false }: RepeatableChange,
): Promise<RunbookResult> {
  let now = runbook;
  for (let attempt = 1; ; attempt++) {
    if (isRepeat(now)) return toResult(now);
    try {
      return await apply(now);
    } catch (error) {
      now = await reread();
      if (isRepeat(now)) return toResult(now);
      if (attempt === TRIES || !isConflict(error) || !isStillAsked(now)) throw error;
    }
  }
}

const isConflict = (error: unknown) => error instanceof ServiceError && CONFLICTS.includes(error.code);

const toResult = ({ summary, current }: Runbook): RunbookResult => ({ summary, version: current });
