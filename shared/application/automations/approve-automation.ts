// Approval of automations, where the deployment asks for it: what it means for an answer and for an event, and giving one.
import { readEnvironment } from "../../contract/env.ts";
import {
  type Automation,
  type AutomationView,
  awaitsApproval,
  toAutomationView,
} from "../../domain/automations/automation.ts";
import {
  approveAutomation,
  isRepeatedApproval,
  toNotApproved,
} from "../../domain/automations/automation-approval.ts";
import type { Skip } from "../../domain/automations/automation-decision.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Act } from "../../domain/context.ts";
import { AUTOMATION_CHANGED, requireAutomationMatch, writeAutomation } from "../../store/automations.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { requireAutomation } from "../request/access.ts";
import { readApproverRules } from "../request/approver-rules.ts";

const isRequired = () => readEnvironment(["APPROVE_AUTOMATIONS"], process.env).APPROVE_AUTOMATIONS;

/** Returns the automation as callers see it. */
export const showAutomation = (automation: Automation): AutomationView =>
  toAutomationView(automation, isRequired());

/** Returns why the automation may start nothing as it is; null: it may. Its own version is the evidence. */
export const findApprovalSkip = (automation: Automation): Skip | null =>
  awaitsApproval(automation, isRequired()) ? toNotApproved(automation) : null;

/** `act`: a new one for each attempt to write. */
type AskedApproval = { version: number; ifMatch: number | undefined; caller: Caller; act: () => Act };

/** Returns the approved automation. A repeated approval writes nothing. @throws as `approveAutomation`, or `precondition_failed`. */
export function approveOnce(
  read: Automation,
  { version, ifMatch, caller, act }: AskedApproval,
): Promise<Automation> {
  return retryOnConflict(async (again) => {
    const before = again ? await requireAutomation(caller, "approve", read.id) : read;
    requireAutomationMatch(ifMatch, before);
    if (isRepeatedApproval(before, caller.subject, version)) return before;
    const rules = readApproverRules(before.teamId, caller);
    const change = approveAutomation(before, { version, ...rules }, act());
    await writeAutomation(change);
    return change.automation;
  }, AUTOMATION_CHANGED);
}
