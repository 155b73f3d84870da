// Rejected events: refused without a retry, with a reason for the readers of the dead-letter queue.

export const REJECTION_REASONS = [
  "malformed",
  "too_large",
  "source_not_allowed",
  "team_unknown",
  "time_in_future",
  "too_old",
  "cause_unknown",
  "chain_limit",
  "runbook_unknown",
  "incident_unknown",
  "not_permitted",
  "runbook_not_approved",
  "active_executions",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A permanent failure: a retry would fail too. `message` never quotes the event, which may contain secrets. */
export class RejectedEvent extends Error {
  readonly reason: RejectionReason;

  constructor(reason: RejectionReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "RejectedEvent";
    this.reason = reason;
  }
}

/**
 * The record of a rejected event. It identifies the event in the dead-letter queue and contains nothing of its content.
 */
export type Rejection = {
  rule: string;
  reason: RejectionReason;
  message: string;
  at: string;
  /** Null if the event does not have a readable id. */
  eventId: string | null;
  source: string | null;
  detailType: string | null;
};
