// Detects a request that repeats the caller's own last change or approval of a runbook.
import { getRenewalVotes, isRenewable } from "./approval-term.ts";
import type { ApprovalVote } from "./review.ts";
import type { Runbook } from "./runbook-changes.ts";

/** The requested change. `from`: the version to change, if the request names one. */
type ChangeRequest = {
  change: "deprecated" | "withdrawn";
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

type AskedApproval = { by: string; version: number; note: string | null };

/**
 * Whether this person has given this approval, and nothing but approvals of the same version came after it; or has
 * renewed it so, in the renewal that is under way at this time, or else in the last one.
 */
export function isRepeatedApproval(
  { state, summary, current }: Runbook,
  asked: AskedApproval,
  at: string,
): boolean {
  const hasGiven = (votes: readonly ApprovalVote[]) =>
    votes.some(({ by, note }) => by === asked.by && note === asked.note);
  const { renewal } = summary;
  const isOfLive = state.liveVersion === asked.version;
  if (isOfLive && hasGiven(getRenewalVotes(renewal, at))) return true;
  // What was approved a year ago is no renewal.
  if (isOfLive && isRenewable(renewal, at)) return false;
  const isOfVersion =
    state.version === asked.version || (state.version === asked.version + 1 && current.change === "approved");
  return isOfVersion && hasGiven(summary.approvals);
}

/** Whether this person has asked for this already, and nothing else since. `requested`: what was asked last. */
export function isRepeatedRequest(
  { state }: Runbook,
  requested: { by: string; note: string | null } | null,
  asked: AskedApproval,
): boolean {
  return state.version === asked.version && requested?.by === asked.by && requested.note === asked.note;
}
