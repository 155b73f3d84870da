// Detects a request that repeats the caller's own last change of a runbook.
import type { Runbook } from "./runbook-changes.ts";

/** The requested change. `from`: the version to change, if the request names one. */
type ChangeRequest = {
  change: "approved" | "deprecated" | "withdrawn";
  by: string;
  note: string;
  from?: number | undefined;
};

/** Whether this request made the newest version, so that nothing changed since. */
export function isRepeatedChange(
  { state, current }: Runbook,
  { change, by, note, from }: ChangeRequest,
): boolean {
  return (
    current.change === change &&
    current.changedBy === by &&
    current.changeNote === note &&
    (from === undefined || from === state.version - 1)
  );
}
