// What came of one event for one automation: fired, or skipped with a reason. Decided once, never changed.
import * as z from "zod";
import { type AuditEntry, appendToChain, EMPTY_CHAIN } from "../audit.ts";
import type { Caller } from "../caller.ts";
import { AutomationId, EventId, ExecutionId, Timestamp } from "../ids.ts";
import type { Automation } from "./automation.ts";

/** `shadow`: it would have fired. */
export const SKIP_REASONS = [
  "shadow",
  "already_fired",
  "cooldown",
  "chain_limit",
  "pattern_too_costly",
  "runbook_deleted",
  "runbook_not_approved",
  "not_permitted",
  "busy",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** `message` is for people: it holds no value of the event. */
export type Skip = { reason: SkipReason; message: string };
export type DecisionOutcome = { executionId: string } | Skip;

export const Decision = z.strictObject({
  automationId: AutomationId,
  eventId: EventId,
  outcome: z.enum(["fired", "skipped"]),
  reason: z.enum(SKIP_REASONS).nullable(),
  executionId: ExecutionId.nullable(),
  at: Timestamp,
});
export type Decision = z.output<typeof Decision>;

/** What the event was about, as far as the audit tells it. */
export type IncidentReference = {
  eventId: string;
  incidentId: string;
  incidentTeamId: string;
  depth: number;
};

/**
 * Runs in a row that events may cause. An event that names the run that caused it carries the chain on; one more
 * run than this is not started.
 */
export const MAX_CHAIN = 3;

export const CHAIN_LIMIT: Skip = {
  reason: "chain_limit",
  message: `${MAX_CHAIN} runs have caused one another already: the chain ends here.`,
};

export const PATTERN_TOO_COSTLY: Skip = {
  reason: "pattern_too_costly",
  message:
    "Whether the event matches would cost too much to tell: name fewer conditions, or fields with fewer values.",
};

/** How long decisions are known: beyond the age of any event that is still read. */
export const DECISION_DAYS = 90;

export type DecisionRecord = { decision: Decision; audit: AuditEntry };

/** The decision with its audit entry, which is a chain of its own: no two decisions wait for each other. */
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
    details: { ...occurrence, ...outcome, automationVersion: version },
  });
  const decision: Decision = {
    automationId,
    eventId,
    outcome: fired ? "fired" : "skipped",
    reason: fired ? null : outcome.reason,
    executionId: fired ? outcome.executionId : null,
    at,
  };
  return { decision, audit };
}

export const automationActor = (id: string) => `automation:${id}`;

/**
 * Who an automation is when it acts: a responder of its own team; a global one, of the incident's team.
 * What it may do follows from the same table as for a person.
 */
export function automationCaller(
  { id, teamId }: Pick<Automation, "id" | "teamId">,
  incidentTeam: string,
): Caller {
  return {
    subject: automationActor(id),
    platformAdmin: false,
    teams: { [teamId ?? incidentTeam]: ["responder"] },
  };
}
