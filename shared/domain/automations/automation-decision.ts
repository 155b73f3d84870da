// The decision about one event and one automation: fired, or skipped with a reason. Written once, never changed.

import * as z from "zod";
import { type AuditEntry, appendToChain, EMPTY_CHAIN } from "../audit.ts";
import type { Caller } from "../caller.ts";
import { AutomationId, EventId, ExecutionId, ExternalId, IncidentId, Timestamp } from "../ids.ts";
import type { Automation } from "./automation.ts";
import { automationActor } from "./automation-actor.ts";

/** `shadow`: live mode would have fired. */
export const SKIP_REASONS = [
  "shadow",
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
    incidentId: IncidentId.describe("The incident that the event is about."),
    ranForTeamId: ExternalId.describe("Team of the incident."),
    outcome: z
      .enum(["fired", "skipped"])
      .describe("`fired`: the event started an execution. `skipped`: it matched, but started none."),
    reason: z.enum(SKIP_REASONS).nullable().describe("Why no execution was started; null if one was."),
    message: z.string().nullable().describe("The reason in words; null if an execution was started."),
    executionId: ExecutionId.nullable().describe("The started execution; null if none was."),
    at: Timestamp.describe("When it was decided."),
  })
  .describe("What an automation decided about one event that matches its pattern.");
export type Decision = z.output<typeof Decision>;

/** The event data that the audit records. */
type IncidentReference = {
  eventId: string;
  incidentId: string;
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

export type DecisionRecord = { decision: Decision; audit: AuditEntry };

/**
 * Returns the decision and its audit entry. Each decision has an audit chain of its own, so that decisions never
 * contend.
 */
export function buildDecision(
  { id: automationId, runbookId, teamId, name, version }: Automation,
  { eventId, incidentTeamId, ...occurrence }: IncidentReference,
  outcome: DecisionOutcome,
  { at, auditId }: { at: string; auditId: string },
): DecisionRecord {
  const fired = "executionId" in outcome;
  const audit = appendToChain(EMPTY_CHAIN, {
    id: auditId,
    runbookId,
    automationId,
    eventId,
    teamId,
    ranForTeamId: incidentTeamId,
    action: fired ? "automation.fired" : "automation.skipped",
    actor: { id: automationActor(automationId), name },
    at,
    details: { ...occurrence, ...outcome, automationName: name, automationVersion: version },
  });
  const decision: Decision = {
    automationId,
    automationVersion: version,
    eventId,
    incidentId: occurrence.incidentId,
    ranForTeamId: incidentTeamId,
    outcome: fired ? "fired" : "skipped",
    reason: fired ? null : outcome.reason,
    message: fired ? null : outcome.message,
    executionId: fired ? outcome.executionId : null,
    at,
  };
  return { decision, audit };
}

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
