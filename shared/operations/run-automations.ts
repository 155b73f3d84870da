// Reacting to an event: each automation that matches is a unit of its own, decided once, whatever comes how often.
import type { Automation } from "../domain/automation.ts";
import {
  automationActor,
  CHAIN_LIMIT,
  decided,
  MAX_CHAIN,
  type Outcome,
  type Skip,
  type SkipReason,
} from "../domain/automation-decision.ts";
import { type ErrorCode, RunbookError } from "../domain/errors.ts";
import { matchesEventPattern } from "../domain/event-pattern.ts";
import type { Incident } from "../domain/incident.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Occasion } from "../lambda/task.ts";
import { loggable, logger } from "../observe/logger.ts";
import { automationsFor, getAutomation, unchangedCheck } from "../store/automations.ts";
import { ConditionFailed } from "../store/client.ts";
import { decisionOn, decisionWrites, saveDecision } from "../store/decisions.ts";
import { claimWrites, skipFor } from "./automation-claims.ts";
import { planRun, rehearse } from "./automation-run.ts";
import { startRun } from "./start-run.ts";

/** An accepted event: as it came, with the incident as it stands, and the runs that led to it. */
export type Happening = {
  event: JsonObject;
  eventId: string;
  /** The team that the event names: its automations are asked. */
  teamId: string;
  incident: Incident;
  causedBy: string | undefined;
  depth: number;
};

/** Throws if any of them could not be decided; when the event comes again, those that were stay as they are. */
export async function runAutomations(happening: Happening, occasion: Occasion): Promise<void> {
  const automations = await automationsFor(happening.teamId);
  const settled = await Promise.allSettled(automations.map((one) => react(one, happening, occasion)));
  const failures = settled.filter((result) => result.status === "rejected").map(({ reason }) => reason);
  for (const failure of failures)
    logger.error("An automation was not decided", { failure: loggable(failure) });
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} automations were not decided`);
}

/** How often an automation that changes under our hands is read again. */
const TRIES = 3;

async function react(listed: Automation, happening: Happening, occasion: Occasion): Promise<void> {
  let automation: Automation | null = listed;
  for (let attempt = 1; automation?.enabled && matches(automation, happening.event); attempt++) {
    if (await decisionOn(automation.id, happening.eventId, occasion.now)) return;
    if (await decide(automation, happening, occasion)) return;
    if (attempt === TRIES) throw new Error(`The automation ${automation.id} keeps changing`);
    automation = await getAutomation(automation.id);
  }
}

const matches = ({ pattern }: Automation, event: JsonObject) => matchesEventPattern(pattern, event);

/** False where the automation has changed since it was read: then it has to be asked again. */
async function decide(automation: Automation, happening: Happening, occasion: Occasion): Promise<boolean> {
  const skip = await fireOrSkip(automation, happening, occasion);
  if (skip === "moved") return false;
  if (skip) await saveDecision(record(automation, happening, skip, occasion), occasion.now);
  return true;
}

/** Null once it is decided. */
async function fireOrSkip(
  automation: Automation,
  happening: Happening,
  occasion: Occasion,
): Promise<Skip | "moved" | null> {
  if (happening.depth >= MAX_CHAIN) return CHAIN_LIMIT;
  try {
    const fire = automation.mode === "live" ? fireLive : fireShadow;
    await fire(automation, happening, occasion);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) return skipOf(error);
    // Another delivery of this event was faster.
    if (error.labels.includes("decision")) return null;
    const skip = skipFor(automation, happening.incident.id, error.labels);
    if (skip) return skip;
    if (error.labels.includes("automation")) return "moved";
    throw error;
  }
}

/** The run, the decision, its audit and the claims: one transaction, all or nothing. */
async function fireLive(automation: Automation, happening: Happening, occasion: Occasion): Promise<void> {
  const { runbook, ...planned } = await planRun({ automation, ...happening });
  const { now, newId } = occasion;
  const { eventId, causedBy, depth } = happening;
  const chain = depth > 0 ? { causedBy, depth } : {};
  const actor = { id: automationActor(automation.id), name: automation.name };
  await startRun(
    runbook,
    {
      ...planned,
      ranForTeamId: happening.incident.teamId,
      triggeredBy: "workflow",
      trigger: { automationId: automation.id, eventId, ...chain },
      also: (executionId) => [
        ...decisionWrites(record(automation, happening, { executionId }, occasion), now),
        unchangedCheck(automation),
        ...claimWrites(automation, happening.incident.id, now),
      ],
    },
    { act: () => ({ actor, at: now.toISOString(), auditId: newId("audit") }), newId, now },
  );
}

const SHADOW: Skip = { reason: "shadow", message: "The automation is in shadow mode; it would have fired." };

async function fireShadow(automation: Automation, happening: Happening, occasion: Occasion): Promise<void> {
  rehearse(automation, await planRun({ automation, ...happening }), occasion.now.toISOString());
  await saveDecision(record(automation, happening, SHADOW, occasion), occasion.now, [
    unchangedCheck(automation),
    ...claimWrites(automation, happening.incident.id, occasion.now),
  ]);
}

function record(automation: Automation, happening: Happening, outcome: Outcome, { now, newId }: Occasion) {
  const { eventId, incident, depth } = happening;
  const occurrence = { eventId, incidentId: incident.id, incidentTeamId: incident.teamId, depth };
  return decided(automation, occurrence, outcome, { at: now.toISOString(), auditId: newId("audit") });
}

/** Refusals that would be the same the next time. Everything else passes, and the event comes again. */
const FINAL: Partial<Record<ErrorCode, SkipReason>> = {
  not_found: "runbook_deleted",
  runbook_not_approved: "runbook_not_approved",
  not_permitted: "not_permitted",
  active_executions: "busy",
  invalid_parameters: "invalid_parameters",
  invalid_template: "invalid_template",
  egress_denied: "egress_denied",
};

/** Longest text of a reason. */
const MESSAGE_CHARACTERS = 500;

/** The decision that a refusal amounts to; throws again what is none. */
export function skipOf(error: unknown): Skip {
  const reason = error instanceof RunbookError ? FINAL[error.code] : undefined;
  if (!reason || !(error instanceof RunbookError)) throw error;
  const issues = error.issues.map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
  return {
    reason,
    message: [error.message, issues]
      .filter((s) => s !== "")
      .join(" ")
      .slice(0, MESSAGE_CHARACTERS),
  };
}
