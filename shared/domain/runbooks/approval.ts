// The approval life cycle DRAFT → APPROVED → DEPRECATED, as a table.
import { ServiceError } from "../errors.ts";

export const APPROVAL_STATUSES = ["DRAFT", "APPROVED", "DEPRECATED"] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export const CHANGES = [
  "created",
  "updated",
  "approved",
  "credential_rotated",
  "deprecated",
  "rolled_back",
  "withdrawn",
] as const;
export type Change = (typeof CHANGES)[number];

/**
 * What a change does to the live version: the new one takes its place, nothing stays live, or the live version's
 * own `whileDraft` says which.
 */
type LiveEffect = "replace" | "stop" | "as_while_draft_says";

type Transition = {
  from: readonly ApprovalStatus[];
  to: ApprovalStatus;
  change: Change;
  live: LiveEffect;
};

export const TRANSITIONS = {
  update: { from: ["DRAFT", "APPROVED"], to: "DRAFT", change: "updated", live: "as_while_draft_says" },
  approve: { from: ["DRAFT"], to: "APPROVED", change: "approved", live: "replace" },
  rotate: { from: ["APPROVED"], to: "APPROVED", change: "credential_rotated", live: "replace" },
  deprecate: { from: ["APPROVED"], to: "DEPRECATED", change: "deprecated", live: "stop" },
  rollback: { from: ["DRAFT", "APPROVED"], to: "DRAFT", change: "rolled_back", live: "as_while_draft_says" },
  restore: { from: ["DEPRECATED"], to: "DRAFT", change: "rolled_back", live: "stop" },
  withdraw: { from: ["DRAFT", "APPROVED"], to: "DRAFT", change: "withdrawn", live: "stop" },
} as const satisfies Record<string, Transition>;
export type TransitionName = keyof typeof TRANSITIONS;

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
