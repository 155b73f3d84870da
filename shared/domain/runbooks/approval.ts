// The approval life cycle DRAFT → APPROVED → DEPRECATED, as a table.
import { ServiceError } from "../errors.ts";

export const APPROVAL_STATUSES = ["DRAFT", "APPROVED", "DEPRECATED"] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export const CHANGES = ["created", "updated", "approved", "deprecated", "rolled_back"] as const;
export type Change = (typeof CHANGES)[number];

type Transition = { from: readonly ApprovalStatus[]; to: ApprovalStatus; change: Change };

export const TRANSITIONS = {
  update: { from: ["DRAFT", "APPROVED"], to: "DRAFT", change: "updated" },
  approve: { from: ["DRAFT"], to: "APPROVED", change: "approved" },
  deprecate: { from: ["APPROVED"], to: "DEPRECATED", change: "deprecated" },
  rollback: { from: ["DRAFT", "APPROVED"], to: "DRAFT", change: "rolled_back" },
  restore: { from: ["DEPRECATED"], to: "DRAFT", change: "rolled_back" },
} as const satisfies Record<string, Transition>;
type TransitionName = keyof typeof TRANSITIONS;

/**
 * Returns the transition. @throws `invalid_transition` if the status does not allow it; the message names the statuses
 * that do.
 */
export function requireTransition(name: TransitionName, from: ApprovalStatus): Transition {
  const rule: Transition = TRANSITIONS[name];
  if (rule.from.includes(from)) return rule;
  const needed = rule.from.join(" or ");
  throw new ServiceError(
    "invalid_transition",
    `The runbook is ${from}; to ${name} it, it must be ${needed}.`,
  );
}
