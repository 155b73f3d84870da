// What an approval needs, as environment variables.
import { ApprovalsRequired, ApprovalValidDays } from "./approval-options.ts";
import { flag } from "./env-schemas.ts";

export const APPROVAL_VARIABLES = {
  FOUR_EYES: flag.describe("true: an author of unreviewed changes cannot approve them"),
  APPROVALS_REQUIRED: ApprovalsRequired.describe(
    "How many people must approve a change, by its risk: level=count, comma separated; a level that is not named needs 1",
  ),
  APPROVAL_VALID_DAYS: ApprovalValidDays.describe(
    "For how many days an approval holds, by the risk of the change: level=days, comma separated; 0, or a level that is not named: for ever",
  ),
  APPROVER_OF_ANOTHER_TEAM: flag.describe(
    "true: whoever has a role in the team that owns a runbook or an automation cannot approve it",
  ),
  APPROVE_AUTOMATIONS: flag.describe(
    "true: a live automation starts nothing until a platform admin has approved its settings",
  ),
} as const;
