// A change of a runbook is made once: asked again by the same caller, it is answered as it was.
import type { Runbook, RunbookChange } from "../../domain/runbooks/runbook-changes.ts";

type RunbookResult = Pick<RunbookChange, "summary" | "version">;
type RepeatableChange = {
  /** Reads the runbook again. */
  reread: () => Promise<Runbook>;
  isRepeat: (runbook: Runbook) => boolean;
  apply: (runbook: Runbook) => Promise<RunbookResult>;
};

/** A refusal is final only if the runbook does not show, after it, that this change has been made. */
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
