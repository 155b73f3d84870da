// Whether a caller asks again for what its own last change of a runbook has already done.
import type { Runbook } from "./runbook-changes.ts";

/** What is asked for; `from`: the version that the change was made from, where the caller names one. */
export type ChangeRequest = {
  change: "approved" | "deprecated";
  by: string;
  note: string;
  from?: number | undefined;
};

/** Nothing has happened to the runbook since: its newest version is the one that this request made. */
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
