// The actions of the audit in words, and in groups that people look for.
import type { ItemOf } from "../../../api-client/types.ts";

export type Entry = ItemOf<"find-audit">;
type Action = Entry["action"];

export const WORDS: Record<Action, string> = {
  "runbook.created": "Runbook created",
  "runbook.updated": "Runbook edited",
  "runbook.review_requested": "Review asked for",
  "runbook.changes_requested": "Changes asked for",
  "runbook.approval_given": "Approved, one of several",
  "runbook.approved": "Runbook approved",
  "runbook.approval_expires_soon": "Approval expires soon",
  "runbook.approval_expired": "Approval expired",
  "runbook.renewal_given": "Approval renewed, one of several",
  "runbook.approval_renewed": "Approval renewed",
  "runbook.credential_rotated": "Credential rotated",
  "runbook.deprecated": "Runbook deprecated",
  "runbook.rolled_back": "Earlier version restored",
  "runbook.withdrawn": "Runbook withdrawn",
  "runbook.deleted": "Runbook deleted",
  "runbook.signing_secret_read": "Signing secret read",
  "runbook.signing_secret_rotated": "Signing secret rotated",
  "execution.requested": "Run asked for",
  "execution.started": "Run began",
  "execution.succeeded": "Run succeeded",
  "execution.failed": "Run failed",
  "execution.cancelled": "Run cancelled",
  "execution.rejected": "Run refused",
  "execution.break_glass_opened": "Glass broken",
  "execution.break_glass_closed": "Break-glass closed",
  "automation.created": "Automation created",
  "automation.updated": "Automation changed",
  "automation.approved": "Automation approved",
  "automation.disabled": "Automation disabled: its runbook was deleted",
  "automation.deleted": "Automation deleted",
  "automation.fired": "Automation fired",
  "automation.skipped": "Automation started nothing",
  "source.created": "Source made",
  "source.updated": "Source changed",
  "source.deleted": "Source deleted",
  "kill_switch.paused": "New runs paused",
  "kill_switch.resumed": "New runs resumed",
  "freeze_window.created": "Freeze window made",
  "freeze_window.deleted": "Freeze window deleted",
  "erasure.begun": "Erasure begun",
  "erasure.done": "Erasure done",
};

type Group = { id: string; label: string; holds: (action: Action) => boolean };

export const ACTION_GROUPS: readonly Group[] = [
  { id: "runs", label: "Runs", holds: (action) => action.startsWith("execution.") },
  { id: "runbooks", label: "Runbooks", holds: (action) => action.startsWith("runbook.") },
  { id: "automations", label: "Automations", holds: (action) => action.startsWith("automation.") },
  {
    id: "approvals",
    label: "Approvals and reviews",
    holds: (action) => /approv|renewal|review_|changes_|withdrawn|rolled_back/.test(action),
  },
  { id: "sources", label: "Sources", holds: (action) => action.startsWith("source.") },
  { id: "break-glass", label: "Break-glass", holds: (action) => action.includes("break_glass") },
  {
    id: "controls",
    label: "Pauses and freezes",
    holds: (action) => /^(kill_switch|freeze_window)\./.test(action),
  },
  { id: "erasures", label: "Erasures", holds: (action) => action.startsWith("erasure.") },
  { id: "secrets", label: "Signing secrets", holds: (action) => action.includes("secret") },
];

/** Returns the actions of a group, or null: all. */
export function listActions(groupId: string): Action[] | null {
  const group = ACTION_GROUPS.find(({ id }) => id === groupId);
  return group ? (Object.keys(WORDS) as Action[]).filter(group.holds) : null;
}
