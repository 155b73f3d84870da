// Rejected events: refused without a retry, with a reason for the readers of the dead-letter queue.

import * as z from "zod";
import { SourceId, Timestamp } from "../ids.ts";

export const REJECTION_REASONS = [
  "malformed",
  "too_large",
  "source_not_allowed",
  "team_unknown",
  "incident_of_another_source",
  "source_unknown",
  "unmapped",
  "too_many",
  "time_in_future",
  "too_old",
  "cause_unknown",
  "chain_limit",
  "runbook_unknown",
  "incident_unknown",
  "not_permitted",
  "paused",
  "frozen",
  "runbook_not_approved",
  "approval_expired",
  "active_executions",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** The source that cannot read a message, and why. */
export type Refusal = { sourceId: string; kind: string; reason: RejectionReason; message: string };

/** A permanent failure: a retry would fail too. `message` never quotes the event, which may contain secrets. */
export class RejectedEvent extends Error {
  readonly reason: RejectionReason;
  /** Of a message of sources: each source that refuses it. */
  readonly refusals: readonly Refusal[];

  constructor(reason: RejectionReason, message: string, cause?: unknown, refusals: readonly Refusal[] = []) {
    super(message, { cause });
    this.name = "RejectedEvent";
    this.reason = reason;
    this.refusals = refusals;
  }
}

/**
 * The record of a rejected event. It identifies the event in the dead-letter queue and contains nothing of its content.
 */
export const Rejection = z
  .strictObject({
    rule: z.string().describe("The rule that delivered the event."),
    reason: z.enum(REJECTION_REASONS).describe("Why the event was rejected."),
    message: z.string().describe("The reason in words. It quotes nothing of the event."),
    at: Timestamp.describe("When it was rejected."),
    eventId: z.string().nullable().describe("Id of the event; null if it has no readable one."),
    source: z.string().nullable().describe("Source of the event; null if it has no readable one."),
    sourceId: SourceId.nullable().describe(
      "The source of the service that cannot read it; null: it is no message of one.",
    ),
    kind: z.string().nullable().describe("The kind of that source; null: none."),
    detailType: z.string().nullable().describe("Detail type of the event; null if it has no readable one."),
  })
  .describe("An event that was refused and is in the dead-letter queue.");
export type Rejection = z.infer<typeof Rejection>;
