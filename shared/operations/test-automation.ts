// Testing an automation: what would happen at one event and why; nothing is sent, nothing is stored.

import type { Automation } from "../domain/automation.ts";
import { CHAIN_LIMIT, MAX_CHAIN, PATTERN_TOO_COSTLY, type Skip } from "../domain/automation-decision.ts";
import type { Rehearsal } from "../domain/automation-rehearsal.ts";
import type { Caller } from "../domain/caller.ts";
import { judgeEvent } from "../domain/event-pattern.ts";
import { type EventPatternExplanation, explainEventPattern } from "../domain/event-pattern-explain.ts";
import { TooManySteps } from "../domain/event-pattern-steps.ts";
import { checkIncidentEvent, IncidentEvent, projectionOf } from "../domain/incident-event.ts";
import type { JsonObject } from "../domain/json.ts";
import { notFound } from "../domain/permissions.ts";
import { RejectedEvent } from "../domain/rejection.ts";
import { getEvent } from "../store/event-log.ts";
import { latestReportOf } from "../store/incidents.ts";
import { depthAfter, trusted } from "./accept-event.ts";
import { requireIncident } from "./access.ts";
import { claimedSkip } from "./automation-claims.ts";
import { planRun, rehearse } from "./automation-run.ts";
import { skipOf } from "./skip-of.ts";

/** The latest event of an incident that the caller may see. */
export async function latestEventOf(caller: Caller, incidentId: string): Promise<JsonObject> {
  await requireIncident(caller, "view", incidentId);
  const place = await latestReportOf(incidentId);
  const event = place && (await getEvent(place));
  if (!event) throw notFound("event in the log any more");
  return event;
}

const NOTHING = { wouldRun: false, reason: null, message: null, parameters: null, request: null } as const;

export async function testAutomation(automation: Automation, raw: JsonObject, now: Date): Promise<Rehearsal> {
  const event = IncidentEvent.parse(raw);
  const pattern = explained(automation, raw);
  if (pattern === null) return { ...NOTHING, matched: false, failed: [], ...PATTERN_TOO_COSTLY };
  const answer = { ...NOTHING, ...pattern };
  const obstacle = obstacleOf(automation, event, now);
  if (obstacle) return { ...answer, ...obstacle };
  if (!pattern.matched) return { ...answer, ...why("not_matched", "The event does not match the pattern.") };
  try {
    const asked = { automation, event: raw, incident: projectionOf(event) };
    const rehearsed = rehearse(automation, await planRun(asked), now.toISOString());
    const skip = await skipNow(automation, event, now);
    return { ...answer, ...rehearsed, wouldRun: skip === null, ...skip };
  } catch (error) {
    return { ...answer, ...skipOf(error) };
  }
}

/** Null where an event is passed over for what matching it would cost. */
function explained({ pattern }: Automation, raw: JsonObject): EventPatternExplanation | null {
  const { outcome } = judgeEvent(pattern, raw);
  if (outcome === "too_costly") return null;
  if (outcome === "matched") return { matched: true, failed: [] };
  try {
    return explainEventPattern(pattern, raw);
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    return { matched: false, failed: [{ pointer: "", message: "is not met; telling why costs too much" }] };
  }
}

const why = (reason: NonNullable<Rehearsal["reason"]>, message: string) => ({ reason, message });

/** What keeps the event from this automation, whatever its pattern says. */
function obstacleOf(automation: Automation, event: IncidentEvent, now: Date) {
  const { teamId } = event.detail.incident;
  try {
    checkIncidentEvent(event, trusted(), now);
  } catch (error) {
    if (!(error instanceof RejectedEvent)) throw error;
    const { reason, message } = error;
    if (reason === "source_not_allowed" || reason === "team_unknown") return why(reason, message);
    return reason === "time_in_future" || reason === "too_old" ? why(reason, message) : null;
  }
  if (automation.teamId !== null && automation.teamId !== teamId) {
    return why("not_addressed", "The event is about an incident of another team.");
  }
  return automation.enabled ? null : why("disabled", "The automation is not enabled.");
}

/** What stands in the way although everything fits. */
async function skipNow(automation: Automation, { detail }: IncidentEvent, now: Date): Promise<Skip | null> {
  if ((await depthOrNone(detail.causedBy)) >= MAX_CHAIN) return CHAIN_LIMIT;
  const claimed = await claimedSkip(automation, detail.incident.id, now);
  if (claimed) return claimed;
  const message = "The automation is in shadow mode: it would record that it would have fired.";
  return automation.mode === "shadow" ? { reason: "shadow", message } : null;
}

async function depthOrNone(causedBy: string | undefined): Promise<number> {
  try {
    return await depthAfter(causedBy);
  } catch (error) {
    if (error instanceof RejectedEvent) return 0;
    throw error;
  }
}
