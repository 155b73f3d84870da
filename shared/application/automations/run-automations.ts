// Runs the automations for an event. Each matching one is decided separately and once, however often the event is
// delivered.

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
import type { TaskContext } from "../../domain/context.ts";
import { matchWithinLimit } from "../../domain/event-pattern/match.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { JsonObject } from "../../domain/json.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { automationUnchangedCheck, getAutomation, listAutomationIds } from "../../store/automations.ts";
import { ConditionFailed } from "../../store/client.ts";
import { decisionWrites, getDecision, saveDecision } from "../../store/decisions.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { runbookUnchangedCheck } from "../../store/runbook-check.ts";
import { EVIDENCE, type Write } from "../../store/transact.ts";
import { evidenceOf, withEvidence } from "../request/refusal.ts";
import { createExecution } from "../start/create-execution.ts";
import { findApprovalSkip } from "./approve-automation.ts";
import { type Claims, readClaims } from "./automation-claims.ts";
import { dryRun, planExecution } from "./plan-execution.ts";
import { toSkip } from "./skips.ts";

/** An accepted event, unparsed, with the incident as stored now. `depth`: how many executions in a row led to it. */
export type IncomingEvent = {
  event: JsonObject;
  eventId: string;
  /** The team that the event names. Its automations are evaluated. */
  teamId: string;
  incident: Incident;
  /** Number of the incident's episode. */
  episode: number;
  causedBy: string | undefined;
  depth: number;
};

/** @throws if any automation could not be decided. A redelivery keeps the decisions that were made. */
export async function runAutomations(incoming: IncomingEvent, context: TaskContext): Promise<void> {
  const ids = await listAutomationIds(incoming.teamId);
  const results = await Promise.allSettled(ids.map((id) => evaluateAutomation(id, incoming, context)));
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason);
  for (const failure of failures)
    logger.error("Automation evaluation failed", { failure: toLogFields(failure) });
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} automations were not decided`);
}

async function evaluateAutomation(id: string, incoming: IncomingEvent, context: TaskContext): Promise<void> {
  const giveUp = (cause: unknown) =>
    new Error(`The data behind the decision of automation ${id} keeps changing`, { cause });
  await retryOnConflict(
    async () => {
      const automation = await getAutomation(id);
      if (!automation?.enabled || !mayMatch(automation, incoming.event)) return;
      if (await getDecision(id, incoming.eventId, context.now)) return;
      await decide(automation, incoming, context);
    },
    { tries: 5, isConflict: ({ labels }) => labels.every((label) => RETRYABLE_LABELS.has(label)), giveUp },
  );
}

/** Also true if matching would cost too much: that is recorded as a skip. */
const mayMatch = ({ pattern }: Automation, event: JsonObject) =>
  matchWithinLimit(pattern, event).outcome !== "not_matched";

/** @throws ConditionFailed if the automation or the evidence of a skip has changed since it was read. */
async function decide(automation: Automation, incoming: IncomingEvent, context: TaskContext): Promise<void> {
  const skipped = await fireOrSkip(automation, incoming, context);
  if (!skipped) return;
  const { skip, evidence } = skipped;
  const decision = toDecision(automation, incoming, skip, context);
  await saveDecision(decision, context.now, [automationUnchangedCheck(automation), ...evidence]);
}

const RETRYABLE_LABELS: ReadonlySet<string> = new Set(["automation", EVIDENCE]);

/** A skip and its evidence, besides the automation itself. It is as final as an execution. */
type SkipWithEvidence = { skip: Skip; evidence: readonly Write[] };

/** Returns null once the decision is stored. @throws ConditionFailed if it must be made again. */
async function fireOrSkip(
  automation: Automation,
  incoming: IncomingEvent,
  context: TaskContext,
): Promise<SkipWithEvidence | null> {
  const { outcome } = matchWithinLimit(automation.pattern, incoming.event);
  if (outcome === "too_costly") return { skip: PATTERN_TOO_COSTLY, evidence: [] };
  if (incoming.depth >= MAX_CHAIN) return { skip: CHAIN_LIMIT, evidence: [] };
  const unapproved = findApprovalSkip(automation);
  if (unapproved) return { skip: unapproved, evidence: [] };
  // Most events are about an incident that has had its execution. A start that fails for it costs as much as one that does not.
  try {
    const claims = await readClaims(automation, incoming, context.now);
    if (claims.blocked) return claims.blocked;
    const fire = automation.mode === "live" ? fireLive : fireShadow;
    await fire(automation, incoming, claims, context);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) return { skip: toSkip(error), evidence: evidenceOf(error) };
    // Another delivery of this event was decided first.
    if (error.labels.includes("decision")) return null;
    if (error.labels.some((label) => RETRYABLE_LABELS.has(label)))
      throw new ConditionFailed(["automation"], error);
    throw error;
  }
}

/** Writes the execution, the decision, its audit entry and the claims in one transaction. */
async function fireLive(
  automation: Automation,
  incoming: IncomingEvent,
  claims: Claims,
  context: TaskContext,
): Promise<void> {
  const { runbook, ...planned } = await planExecution({ automation, ...incoming });
  const { now, newId } = context;
  const { eventId, causedBy, depth } = incoming;
  const chain = depth > 0 ? { causedBy, depth } : {};
  const actor = { id: automationActor(automation.id), name: automation.name };
  const { execution } = await createExecution(
    runbook,
    {
      ...planned,
      ranForTeamId: incoming.incident.teamId,
      triggeredBy: "workflow",
      trigger: { automationId: automation.id, eventId, ...chain },
      extraWrites: (executionId) => [
        ...decisionWrites(toDecision(automation, incoming, { executionId }, context), now),
        automationUnchangedCheck(automation),
        ...claims.writes(executionId),
      ],
    },
    { actor, now, newId },
  );
  const started = { executionId: execution.id, runbookId: runbook.state.id, automationId: automation.id };
  logger.info("An event started an execution", { ...started, eventId });
}

const SHADOW: Skip = { reason: "shadow", message: "The automation is in shadow mode; it would have fired." };

async function fireShadow(
  automation: Automation,
  incoming: IncomingEvent,
  claims: Claims,
  context: TaskContext,
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
    automationUnchangedCheck(automation),
    runbookUnchanged,
    ...claims.writes(null),
  ]);
}

function toDecision(
  automation: Automation,
  incoming: IncomingEvent,
  outcome: DecisionOutcome,
  { now, newId }: TaskContext,
) {
  const { eventId, incident, depth } = incoming;
  const reference = { eventId, incidentId: incident.id, incidentTeamId: incident.teamId, depth };
  return buildDecision(automation, reference, outcome, { at: now.toISOString(), auditId: newId("audit") });
}
