// A change of a runbook is made once: asked again by the same caller, it is answered as it was.
import type { Runbook, RunbookChange } from "../domain/runbook-changes.ts";

type Changed = Pick<RunbookChange, "card" | "version">;
type Ways = {
  read: () => Promise<Runbook>;
  isRepeat: (runbook: Runbook) => boolean;
  make: (runbook: Runbook) => Promise<Changed>;
};

/** A refusal is final only if the runbook does not show, after it, that this change has been made. */
export async function unlessRepeated({ read, isRepeat, make }: Ways): Promise<Changed> {
  const runbook = await read();
  if (isRepeat(runbook)) return asItStands(runbook);
  try {
    return await make(runbook);
  } catch (error) {
    const now = await read();
    if (isRepeat(now)) return asItStands(now);
    throw error;
  }
}

const asItStands = ({ card, current }: Runbook): Changed => ({ card, version: current });
