// One automation and one event that matches it: starts the execution and writes the decision with it, or says why not.
import type { Automation } from "../../domain/automations/automation.ts";
import { automationActor } from "../../domain/automations/automation-actor.ts";
import {
  buildDecision,
  CHAIN_LIMIT,
  type DecisionOutcome,
  MAX_CHAIN,
  PATTERN_TOO_COSTLY,
  type Skip,
} from "../../domain/automations/automation-decision.ts";
import { ServiceError } from "../../domain/errors.ts";
import { matchWithinLimit } from "../../domain/event-pattern/match.ts";
import { logger } from "../../logging/logger.ts";
import { automationUnchangedCheck } from "../../store/automations.ts";
import { ConditionFailed } from "../../store/client.ts";
import { decisionWrites, saveDecision } from "../../store/decisions.ts";
import { reportLatestCheck } from "../../store/incidents.ts";
import { runbookUnchangedCheck } from "../../store/runbook-check.ts";
import { EVIDENCE, type Write } from "../../store/transact.ts";
import { evidenceOf, withEvidence } from "../request/refusal.ts";
import { createExecution } from "../start/create-execution.ts";
import { findApprovalSkip } from "./approve-automation.ts";
import { type Claims, readClaims } from "./automation-claims.ts";
import { findObsolete } from "./find-obsolete.ts";
import { type IncomingEvent, type OneDecision, toClaimSubject } from "./incoming-event.ts";
import { dryRun, planExecution } from "./plan-execution.ts";
import { type SkipWithEvidence, toSkip } from "./skips.ts";

export const RETRYABLE_LABELS: ReadonlySet<string> = new Set(["automation", EVIDENCE]);

/** Returns null once the decision is stored. @throws ConditionFailed if it must be made again. */
export async function fireOrSkip(
  automation: Automation,
  incoming: IncomingEvent,
  context: OneDecision,
): Promise<SkipWithEvidence | null> {
  const { outcome } = matchWithinLimit(automation.pattern, incoming.report.event);
  if (outcome === "too_costly") return { skip: PATTERN_TOO_COSTLY, evidence: [] };
  if (incoming.depth >= MAX_CHAIN) return { skip: CHAIN_LIMIT, evidence: [] };
  const unapproved = findApprovalSkip(automation);
  if (unapproved) return { skip: unapproved, evidence: [] };
  const obsolete = await findObsolete(automation, incoming, context);
  if (obsolete) return obsolete;
  try {
    // Most events are about an incident that has had its execution. A start that fails for it costs as much as one that does not.
    const claims = await readClaims(automation, toClaimSubject(incoming), context.now);
    if (claims.blocked) return claims.blocked;
    const fire = automation.mode === "live" ? fireLive : fireShadow;
    await fire(automation, incoming, claims, context);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) return toFinalSkip(error, context);
    // Another delivery of this event was decided first.
    if (error.labels.includes("decision")) return null;
    if (error.labels.some((label) => RETRYABLE_LABELS.has(label)))
      throw new ConditionFailed(["automation"], error);
    throw error;
  }
}

/** @throws the error if it is not final: after a pause, the event is decided by what is true then. */
function toFinalSkip(error: unknown, { mayWait }: OneDecision): SkipWithEvidence {
  if (mayWait && error instanceof ServiceError && error.code === "paused") throw error;
  return { skip: toSkip(error), evidence: evidenceOf(error) };
}

/** Writes the execution, the decision, its audit entry and the claims in one transaction. */
async function fireLive(
  automation: Automation,
  incoming: IncomingEvent,
  claims: Claims,
  context: OneDecision,
): Promise<void> {
  const { runbook, ...planned } = await planExecution({ automation, ...incoming });
  const { now, newId } = context;
  const { eventId, causedBy, depth, latest } = incoming;
  const chain = depth > 0 ? { causedBy, depth } : {};
  const actor = { id: automationActor(automation.id), name: automation.name };
  const { execution } = await createExecution(
    runbook,
    {
      ...planned,
      ranForTeamId: latest.incident.teamId,
      triggeredBy: "workflow",
      trigger: { automationId: automation.id, eventId, ...chain },
      extraWrites: (executionId) => [
        ...decisionWrites(toDecision(automation, incoming, { executionId }, context), now),
        ...stillSo(automation, incoming),
        ...claims.writes(executionId),
      ],
    },
    { actor, now, newId },
  );
  const started = { executionId: execution.id, runbookId: runbook.state.id, automationId: automation.id };
  logger.info("An event started an execution", { ...started, eventId });
}

/** What every decision to fire is made from. */
const stillSo = (automation: Automation, { latest }: IncomingEvent): Write[] => [
  automationUnchangedCheck(automation),
  reportLatestCheck(latest),
];

const SHADOW: Skip = { reason: "shadow", message: "The automation is in shadow mode; it would have fired." };

async function fireShadow(
  automation: Automation,
  incoming: IncomingEvent,
  claims: Claims,
  context: OneDecision,
): Promise<void> {
  const planned = await planExecution({ automation, ...incoming });
  const { state } = planned.runbook;
  const runbookUnchanged = runbookUnchangedCheck(state.id, state);
  try {
    await dryRun(automation, planned, context.now.toISOString());
  } catch (error) {
    throw withEvidence(error, [runbookUnchanged]);
  }
  await saveDecision(toDecision(automation, incoming, SHADOW, context), context.now, [
    runbookUnchanged,
    ...stillSo(automation, incoming),
    ...claims.writes(null),
  ]);
}

export function toDecision(
  automation: Automation,
  { report, latest, eventId, teamId, depth }: IncomingEvent,
  outcome: DecisionOutcome,
  { now, newId, before, caughtUpBy }: OneDecision,
) {
  const { id: incidentId, teamId: incidentTeamId } = latest.incident;
  const event = { eventId, eventTime: report.time, eventTeamId: teamId };
  const act = { at: now.toISOString(), auditId: newId("audit"), salt: newId("salt") };
  const catchUp = before && caughtUpBy ? { by: caughtUpBy, before } : null;
  return buildDecision(automation, { ...event, incidentId, incidentTeamId, depth }, outcome, act, catchUp);
}
