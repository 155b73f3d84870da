// The refusals that are final for an automation, and the skip reason of each.
import type { Skip, SkipReason } from "../../domain/automations/automation-decision.ts";
import { type ErrorCode, ServiceError } from "../../domain/errors.ts";
import type { Write } from "../../store/transact.ts";

/** A skip and its evidence, besides the automation itself. It is as final as an execution. */
export type SkipWithEvidence = { skip: Skip; evidence: readonly Write[] };

/** Refusals that a retry would not change. Other errors are transient, and the event is delivered again. */
const FINAL_REASONS: Partial<Record<ErrorCode, SkipReason>> = {
  not_found: "runbook_deleted",
  runbook_not_approved: "runbook_not_approved",
  approval_expired: "approval_expired",
  not_permitted: "not_permitted",
  paused: "paused",
  frozen: "frozen",
  active_executions: "active_executions",
  invalid_parameters: "invalid_parameters",
  invalid_template: "invalid_template",
  egress_denied: "egress_denied",
};

/** Maximum length of a message. */
const MESSAGE_CHARACTERS = 500;

/** Returns the skip that a final refusal means. Rethrows any other error. */
export function toSkip(error: unknown): Skip {
  const reason = error instanceof ServiceError ? FINAL_REASONS[error.code] : undefined;
  if (!reason || !(error instanceof ServiceError)) throw error;
  const issues = error.issues.map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
  const message = [error.message, issues].filter((s) => s !== "").join(" ");
  return { reason, message: message.slice(0, MESSAGE_CHARACTERS) };
}
