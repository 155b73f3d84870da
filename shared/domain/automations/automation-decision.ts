// The decision about one event and one automation: fired, or skipped with a reason. Written once, never changed.

import * as z from "zod";
import { type Actor, type AuditEntry, appendToChain, ChainHead, EMPTY_CHAIN, toChainHead } from "../audit.ts";
import type { Caller } from "../caller.ts";
import type { Act } from "../context.ts";
import { AutomationId, EventId, ExecutionId, ExternalId, IncidentId, Timestamp } from "../ids.ts";
import type { Automation } from "./automation.ts";
import { automationActor } from "./automation-actor.ts";

/** `shadow`: live mode would have fired. */
export const SKIP_REASONS = [
  "shadow",
  "superseded",
  "no_longer_true",
  "event_too_old",
  "older_than_automation",
  "replay",
  "already_fired",
  "cooldown",
  "chain_limit",
  "pattern_too_costly",
  "automation_not_approved",
  "runbook_deleted",
  "runbook_not_approved",
  "approval_expired",
  "not_permitted",
  "paused",
  "frozen",
  "active_executions",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** `message` is for people and quotes nothing from the event. */
export type Skip = { reason: SkipReason; message: string };
export type DecisionOutcome = { executionId: string } | Skip;

export const Decision = z
  .strictObject({
    automationId: AutomationId,
    automationVersion: z.int().min(1).describe("Version of the automation that decided."),
    eventId: EventId,
    eventTime: Timestamp.describe("Time of the event."),
    incidentId: IncidentId.describe("The incident that the event is about."),
    ranForTeamId: ExternalId.describe("Team of the incident."),
    outcome: z
      .enum(["fired", "skipped"])
      .describe("`fired`: the event started an execution. `skipped`: it matched, but started none."),
    reason: z.enum(SKIP_REASONS).nullable().describe("Why no execution was started; null if one was."),
    message: z.string().nullable().describe("The reason in words; null if an execution was started."),
    executionId: ExecutionId.nullable().describe("The started execution; null if none was."),
    at: Timestamp.describe("When it was decided."),
    caughtUp: z
      .strictObject({
        by: z.string().describe("Who asked to decide again: a token's `sub`."),
        reason: z.enum(SKIP_REASONS).describe("Why it was skipped before."),
        at: Timestamp.describe("When it was skipped before."),
      })
      .nullable()
      .describe("The skip that a catch-up replaced; null: none."),
  })
  .describe("What an automation decided about one event that matches its pattern.");
export type Decision = z.output<typeof Decision>;

/** A decision as stored: with its place in its audit chain, and where the log has its event. */
export const StoredDecision = Decision.extend({ ...ChainHead.shape, eventTeamId: ExternalId });
export type StoredDecision = z.output<typeof StoredDecision>;

export const toDecisionView = ({
  auditSequence: _sequence,
  auditHash: _hash,
  eventTeamId: _team,
  ...shown
}: StoredDecision): Decision => shown;

/** What may be decided again because somebody asks for it: what time or a person can have mended since. */
const CAN_CATCH_UP: Readonly<Record<SkipReason, boolean>> = {
  paused: true,
  frozen: true,
  event_too_old: true,
  older_than_automation: true,
  replay: true,
  automation_not_approved: true,
  runbook_not_approved: true,
  approval_expired: true,
  not_permitted: true,
  active_executions: true,
  invalid_parameters: true,
  invalid_template: true,
  egress_denied: true,
  cooldown: true,
  shadow: false,
  superseded: false,
  no_longer_true: false,
  already_fired: false,
  chain_limit: false,
  pattern_too_costly: false,
  runbook_deleted: false,
};

/** Whether the event was skipped for a reason that may have gone since. */
export const isMissed = ({ reason }: Pick<Decision, "reason">) => reason !== null && CAN_CATCH_UP[reason];

/** The event data that a decision records. */
type EventReference = Pick<StoredDecision, "eventId" | "eventTime" | "eventTeamId" | "incidentId"> & {
  incidentTeamId: string;
  depth: number;
};

/**
 * The most executions in one causal chain. An event that names the execution that caused it continues that execution's
 * chain. The execution beyond the limit is not started.
 */
export const MAX_CHAIN = 3;

export const CHAIN_LIMIT: Skip = {
  reason: "chain_limit",
  message: `${MAX_CHAIN} executions have already caused one another. The service does not start another.`,
};

export const PATTERN_TOO_COSTLY: Skip = {
  reason: "pattern_too_costly",
  message: "Matching the event would cost too much. Use fewer conditions, or fields with fewer values.",
};

/**
 * Retention of decisions. Longer than the maximum age of accepted events, so that a redelivery always finds its
 * decision.
 */
export const DECISION_DAYS = 90;

/** `before`: the skip that it replaces, which must still be the decision. */
export type DecisionRecord = { before: StoredDecision | null; decision: StoredDecision; audit: AuditEntry };

/** Who asks to decide again, about what was decided so. */
type CatchUp = { by: Actor; before: StoredDecision };

/**
 * Returns the decision and its audit entry. Each decision has an audit chain of its own, so that decisions never
 * contend. Who catches up is the actor of what comes of it.
 */
export function buildDecision(
  { id: automationId, runbookId, teamId, name, version }: Automation,
  { incidentTeamId, depth, ...event }: EventReference,
  outcome: DecisionOutcome,
  { at, auditId, salt }: Omit<Act, "actor">,
  catchUp: CatchUp | null,
): DecisionRecord {
  const fired = "executionId" in outcome;
  const before = catchUp?.before ?? null;
  const caughtUp = catchUp && toCaughtUp(catchUp);
  const audit = appendToChain(before ?? EMPTY_CHAIN, {
    id: auditId,
    ...{ runbookId, automationId, eventId: event.eventId, teamId },
    ranForTeamId: incidentTeamId,
    action: fired ? "automation.fired" : "automation.skipped",
    actor: catchUp?.by ?? { id: automationActor(automationId), name },
    at,
    salt,
    details: {
      ...{ depth, ...outcome, automationName: name, automationVersion: version },
      ...{ incidentId: event.incidentId, eventTime: event.eventTime },
      ...(caughtUp && { caughtUp }),
    },
  });
  const decision: StoredDecision = {
    ...event,
    automationId,
    automationVersion: version,
    ranForTeamId: incidentTeamId,
    outcome: fired ? "fired" : "skipped",
    reason: fired ? null : outcome.reason,
    message: fired ? null : outcome.message,
    executionId: fired ? outcome.executionId : null,
    at,
    caughtUp,
    ...toChainHead(audit),
  };
  return { before, decision, audit };
}

const toCaughtUp = ({ by, before: { reason, at } }: CatchUp) => reason && { by: by.id, reason, at };

/**
 * Returns the identity of an automation: a responder of its own team, or of the incident's team if the automation is
 * global. The permission table for people applies to it too.
 */
export function automationCaller(
  { id, teamId }: Pick<Automation, "id" | "teamId">,
  incidentTeam: string,
): Caller {
  return {
    subject: automationActor(id),
    platformAdmin: false,
    platformAuditor: false,
    teams: { [teamId ?? incidentTeam]: ["responder"] },
  };
}
