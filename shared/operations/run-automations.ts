// Reacting to an event: each automation that matches is a unit of its own, decided once, whatever comes how often.
import type { Automation } from "../domain/automation.ts";
import {
  automationActor,
  CHAIN_LIMIT,
  decided,
  MAX_CHAIN,
  type Outcome,
  PATTERN_TOO_COSTLY,
  type Skip,
} from "../domain/automation-decision.ts";
import type { Occasion } from "../domain/context.ts";
import { judgeEvent } from "../domain/event-pattern.ts";
import type { Incident } from "../domain/incident.ts";
import type { JsonObject } from "../domain/json.ts";
import { loggable, logger } from "../observe/logger.ts";
import { automationIdsFor, getAutomation, unchangedCheck } from "../store/automations.ts";
import { ConditionFailed } from "../store/client.ts";
import { decisionOn, decisionWrites, saveDecision } from "../store/decisions.ts";
import { headCheck } from "../store/head-check.ts";
import { EVIDENCE, type Write } from "../store/transact.ts";
import { claimWrites, skipFor } from "./automation-claims.ts";
import { planRun, rehearse } from "./automation-run.ts";
import { evidenceOf, withEvidence } from "./refusal.ts";
import { skipOf } from "./skip-of.ts";
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
  const ids = await automationIdsFor(happening.teamId);
  const settled = await Promise.allSettled(ids.map((id) => react(id, happening, occasion)));
  const failures = settled.filter((result) => result.status === "rejected").map(({ reason }) => reason);
  for (const failure of failures)
    logger.error("An automation was not decided", { failure: loggable(failure) });
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} automations were not decided`);
}

/** How often an automation is decided anew because what it was decided from has changed. */
const TRIES = 5;

async function react(id: string, happening: Happening, occasion: Occasion): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const automation = await getAutomation(id);
    if (!automation?.enabled || !matches(automation, happening.event)) return;
    if (await decisionOn(id, happening.eventId, occasion.now)) return;
    if (await decide(automation, happening, occasion)) return;
  }
  throw new Error(`What the automation ${id} was decided from keeps changing`);
}

/** True as well where it costs too much to tell: that is decided, and recorded, as a skip. */
const matches = ({ pattern }: Automation, event: JsonObject) =>
  judgeEvent(pattern, event).outcome !== "not_matched";

/** False where the automation, or what a skip was decided from, has changed since it was read. */
async function decide(automation: Automation, happening: Happening, occasion: Occasion): Promise<boolean> {
  try {
    const skipped = await fireOrSkip(automation, happening, occasion);
    if (!skipped) return true;
    const { skip, evidence } = skipped;
    const decision = record(automation, happening, skip, occasion);
    await saveDecision(decision, occasion.now, [unchangedCheck(automation), ...evidence]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.every((label) => MOVED.has(label))) return false;
    throw error;
  }
}

const MOVED: ReadonlySet<string> = new Set(["automation", EVIDENCE]);

/** A skip with what it was decided from, beside the automation itself. It is as final as a run. */
type Skipped = { skip: Skip; evidence: readonly Write[] };

/** Null once it is decided. Throws ConditionFailed where it has to be asked again. */
async function fireOrSkip(
  automation: Automation,
  happening: Happening,
  occasion: Occasion,
): Promise<Skipped | null> {
  const { outcome } = judgeEvent(automation.pattern, happening.event);
  if (outcome === "too_costly") return { skip: PATTERN_TOO_COSTLY, evidence: [] };
  if (happening.depth >= MAX_CHAIN) return { skip: CHAIN_LIMIT, evidence: [] };
  try {
    const fire = automation.mode === "live" ? fireLive : fireShadow;
    await fire(automation, happening, occasion);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) return { skip: skipOf(error), evidence: evidenceOf(error) };
    // Another delivery of this event was faster.
    if (error.labels.includes("decision")) return null;
    if (error.labels.some((label) => MOVED.has(label))) throw new ConditionFailed(["automation"], error);
    const skipped = skipFor(automation, happening.incident.id, error.labels, occasion.now);
    if (skipped) return skipped;
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
  const planned = await planRun({ automation, ...happening });
  const { head } = planned.runbook;
  const asRead = headCheck(head.id, head);
  try {
    rehearse(automation, planned, occasion.now.toISOString());
  } catch (error) {
    throw withEvidence(error, [asRead]);
  }
  await saveDecision(record(automation, happening, SHADOW, occasion), occasion.now, [
    unchangedCheck(automation),
    asRead,
    ...claimWrites(automation, happening.incident.id, occasion.now),
  ]);
}

function record(automation: Automation, happening: Happening, outcome: Outcome, { now, newId }: Occasion) {
  const { eventId, incident, depth } = happening;
  const occurrence = { eventId, incidentId: incident.id, incidentTeamId: incident.teamId, depth };
  return decided(automation, occurrence, outcome, { at: now.toISOString(), auditId: newId("audit") });
}
