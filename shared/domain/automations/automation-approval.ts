// A platform admin's approval of an automation's settings: what it needs, and whether it was given already. Pure.
import { type ApproverRules, requireApprover } from "../approvers.ts";
import type { Act } from "../context.ts";
import { nameOf } from "../display-text.ts";
import { ServiceError } from "../errors.ts";
import { toStatement } from "../runbooks/review.ts";
import type { Automation } from "./automation.ts";
import { type AutomationChange, inOrder, withAudit } from "./automation-changes.ts";
import type { Skip } from "./automation-decision.ts";

/** Whether this person has given this approval, and it still holds. */
export const isRepeatedApproval = ({ approval }: Automation, by: string, version: number): boolean =>
  approval?.by === by && approval.version === version;

/**
 * Returns the approval, which makes no version. What nobody but its authors has approved, somebody else may approve again.
 * @throws `version_conflict`, `invalid_transition` if there is nothing to approve, or `not_permitted`.
 */
export function approveAutomation(
  before: Automation,
  { version, ...rules }: ApproverRules & { version: number },
  asked: Act,
): AutomationChange {
  requireReviewed(before, version);
  const act = inOrder(before, asked);
  const written = { what: "automation", part: "automation", authors: before.authors } as const;
  const { selfApproved } = requireApprover(act.actor.id, written, rules);
  if (before.approval && (selfApproved || !before.approval.selfApproved))
    throw nothingToApprove(before.approval);
  const approval = { version, ...toStatement(act), selfApproved };
  const details = { automationName: before.name, version, selfApproved };
  return withAudit(before, { ...before, approval }, "automation.approved", act, details);
}

function requireReviewed({ version: current }: Automation, reviewed: number): void {
  if (reviewed === current) return;
  const message = `Version ${reviewed} was reviewed, but the automation is at version ${current}: review that.`;
  throw new ServiceError("version_conflict", message);
}

function nothingToApprove({ version, by, byName, at }: NonNullable<Automation["approval"]>): ServiceError {
  const message = `${nameOf(by, byName)} has approved version ${version} on ${at}, and nothing has changed since that decides what the automation starts.`;
  return new ServiceError("invalid_transition", message);
}

export const toNotApproved = ({ version }: Pick<Automation, "version">): Skip => ({
  reason: "automation_not_approved",
  message: `No platform admin has approved what version ${version} of the automation starts. Ask one to review and approve it.`,
});
