// The approval of an automation meets its change and an event; the sweep that disables it meets all, at every border.
import "../support/quiet.ts";
import { APPROVAL_PAIRS, APPROVED_AUTOMATIONS } from "../support/pairs/automation-approvals.ts";
import { meet } from "../support/pairs/meet.ts";

meet(APPROVAL_PAIRS, APPROVED_AUTOMATIONS);
