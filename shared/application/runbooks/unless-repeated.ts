// Makes a change of a runbook once. A repeated request of the same caller gets the same answer.
import type { Runbook, RunbookChange } from "../../domain/runbooks/runbook-changes.ts";

type RunbookResult = Pick<RunbookChange, "summary" | "version">;
type RepeatableChange = {
  /** Reads the runbook again. */
  reread: () => Promise<Runbook>;
  isRepeat: (runbook: Runbook) => boolean;
  apply: (runbook: Runbook) => Promise<RunbookResult>;
};

/** An error is final only if the runbook, read again afterwards, does not show this change. */
export async function changeOnce(
  runbook: Runbook,
  { reread, isRepeat, apply }: RepeatableChange,
): Promise<RunbookResult> {
  if (isRepeat(runbook)) return toResult(runbook);
  try {
    return await apply(runbook);
  } catch (error) {
    const now = await reread();
    if (isRepeat(now)) return toResult(now);
    throw error;
  }
}

const toResult = ({ summary, current }: Runbook): RunbookResult => ({ summary, version: current });
