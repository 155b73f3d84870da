// The actions of the audit in words, and in groups that people look for.
import type { ItemOf } from "../../../api-client/types.ts";

export type Entry = ItemOf<"find-audit">;
type Action = Entry["action"];

/** What a person did, after their name. */
export const WORDS: Record<Action, string> = {
  "runbook.created": "created the runbook",
  "runbook.updated": "edited the runbook",
  "runbook.review_requested": "asked for a review",
  "runbook.changes_requested": "asked for changes",
  "runbook.approval_given": "approved, one of several",
  "runbook.approved": "approved the runbook",
  "runbook.credential_rotated": "rotated its credential",
  "runbook.deprecated": "deprecated the runbook",
  "runbook.rolled_back": "went back to an earlier version",
  "runbook.withdrawn": "withdrew the runbook",
  "runbook.deleted": "deleted the runbook",
  "runbook.signing_secret_read": "read the signing secret",
  "runbook.signing_secret_rotated": "rotated the signing secret",
  "execution.requested": "asked for a run",
  "execution.started": "began the run",
  "execution.succeeded": "saw the run succeed",
  "execution.failed": "saw the run fail",
  "execution.cancelled": "cancelled the run",
  "execution.rejected": "refused the run",
  "execution.break_glass_opened": "broke the glass",
  "execution.break_glass_closed": "closed the break-glass",
  "automation.created": "created the automation",
  "automation.updated": "changed the automation",
  "automation.deleted": "deleted the automation",
  "automation.fired": "started a run",
  "automation.skipped": "started nothing",
  "kill_switch.paused": "paused new runs",
  "kill_switch.resumed": "resumed new runs",
  "freeze_window.created": "made a freeze window",
  "freeze_window.deleted": "deleted a freeze window",
};

type Group = { id: string; label: string; holds: (action: Action) => boolean };

export const ACTION_GROUPS: readonly Group[] = [
  { id: "runs", label: "Runs", holds: (action) => action.startsWith("execution.") },
  { id: "runbooks", label: "Runbooks", holds: (action) => action.startsWith("runbook.") },
  { id: "automations", label: "Automations", holds: (action) => action.startsWith("automation.") },
  {
    id: "approvals",
    label: "Approvals and reviews",
    holds: (action) => /approv|review_|changes_|withdrawn|rolled_back/.test(action),
  },
  { id: "break-glass", label: "Break-glass", holds: (action) => action.includes("break_glass") },
  {
    id: "controls",
    label: "Pauses and freezes",
    holds: (action) => /^(kill_switch|freeze_window)\./.test(action),
  },
  { id: "secrets", label: "Signing secrets", holds: (action) => action.includes("secret") },
];

/** Returns the actions of a group, or null: all. */
export function listActions(groupId: string): Action[] | null {
  const group = ACTION_GROUPS.find(({ id }) => id === groupId);
  return group ? (Object.keys(WORDS) as Action[]).filter(group.holds) : null;
}
