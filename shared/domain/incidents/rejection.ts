// Events that cannot be used: refused at once, with a reason for whoever reads the dead-letter queue.

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
  "busy",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** Trying again would end in the same way. `message` never quotes the event: it may hold secrets. */
export class RejectedEvent extends Error {
  readonly reason: RejectionReason;

  constructor(reason: RejectionReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "RejectedEvent";
    this.reason = reason;
  }
}

/** What is kept of a rejected event: enough to find it in the dead-letter queue, and nothing of its content. */
export type Rejection = {
  rule: string;
  reason: RejectionReason;
  message: string;
  at: string;
  /** As far as the event let itself be read. */
  eventId: string | null;
  source: string | null;
  detailType: string | null;
};
