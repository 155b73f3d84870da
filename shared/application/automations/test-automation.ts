// Tests an automation: explains what it would do with one event. Sends and stores nothing.

import type { Automation } from "../../domain/automations/automation.ts";
import {
  CHAIN_LIMIT,
  MAX_CHAIN,
  PATTERN_TOO_COSTLY,
  type Skip,
} from "../../domain/automations/automation-decision.ts";
import type { DryRunResult } from "../../domain/automations/dry-run.ts";
import { findUntimely, findUntrue, type Report } from "../../domain/automations/timeliness.ts";
import type { Caller } from "../../domain/caller.ts";
import { notFound } from "../../domain/errors.ts";
import {
  checkIncidentEvent,
  IncidentEvent,
  reportOrderOf,
  toIncident,
} from "../../domain/incidents/incident-event.ts";
import { RejectedEvent } from "../../domain/incidents/rejection.ts";
import type { JsonObject } from "../../domain/json.ts";
import { getEvent } from "../../store/event-log.ts";
import { getLatestReportLocation } from "../../store/incidents.ts";
import { computeChainDepth, findEpisode, readTrust } from "../request/accept-event.ts";
import { requireIncident } from "../request/access.ts";
import { getLatestReport } from "../request/latest-report.ts";
import { findApprovalSkip } from "./approve-automation.ts";
import { readClaims } from "./automation-claims.ts";
import { explainMatch } from "./explain-match.ts";
import { dryRun, planExecution } from "./plan-execution.ts";
import { toSkip } from "./skips.ts";

/** Returns the latest event of an incident that the caller may view. */
export async function requireLatestEvent(caller: Caller, incidentId: string): Promise<JsonObject> {
  await requireIncident(caller, "view", incidentId);
  const place = await getLatestReportLocation(incidentId);
  const event = place && (await getEvent(place));
  if (!event) throw notFound("stored event of this incident");
  return event;
}

const NO_RESULT = { wouldRun: false, reason: null, message: null, parameters: null, request: null } as const;

export async function testAutomation(
  automation: Automation,
  raw: JsonObject,
  now: Date,
): Promise<DryRunResult> {
  const event = IncidentEvent.parse(raw);
  const { explanation: pattern } = explainMatch(automation.pattern, raw);
  if (pattern === null) return { ...NO_RESULT, matched: false, failed: [], ...PATTERN_TOO_COSTLY };
  const answer = { ...NO_RESULT, ...pattern };
  const obstacle = findObstacle(automation, event, now);
  if (obstacle) return { ...answer, ...obstacle };
  if (!pattern.matched)
    return { ...answer, ...toReason("not_matched", "The event does not match the pattern.") };
  const report = { event: raw, time: event.time, incident: toIncident(event) };
  const latest = await getLatestOf(event, report);
  let final = findUntrue(automation, { report, latest, waited: false, now });
  try {
    final = (await findFinalSkip(automation, event, { report, latest }, now)) ?? final;
    const planned = await planExecution({ automation, report, latest });
    const result = await dryRun(automation, planned, now.toISOString());
    // Age is said last: with a new event like this one, it would be the only reason that is gone.
    const untimely = findUntimely(automation, report, now);
    const skip = final ?? (automation.mode === "shadow" ? SHADOW : untimely);
    return { ...answer, ...result, wouldRun: skip === null, ...skip };
  } catch (error) {
    return { ...answer, ...(final ?? toSkip(error)) };
  }
}

/** Returns the report that is the latest once the event has come: the stored one, if that is newer. */
async function getLatestOf(event: IncidentEvent, report: Report): Promise<Report> {
  const stored = await getLatestReport(report.incident.id);
  return stored && stored.order > reportOrderOf(event) ? stored : report;
}

const toReason = (reason: NonNullable<DryRunResult["reason"]>, message: string) => ({ reason, message });

/** Returns why the event does not reach this automation, whatever its pattern; null if it does. */
function findObstacle(automation: Automation, event: IncidentEvent, now: Date) {
  const { teamId } = event.detail.incident;
  try {
    checkIncidentEvent(event, readTrust(), now);
  } catch (error) {
    if (!(error instanceof RejectedEvent)) throw error;
    const { reason, message } = error;
    if (reason === "source_not_allowed" || reason === "team_unknown") return toReason(reason, message);
    return reason === "time_in_future" || reason === "too_old" ? toReason(reason, message) : null;
  }
  if (automation.teamId !== null && automation.teamId !== teamId) {
    return toReason("not_addressed", "The event is about an incident of another team.");
  }
  return automation.enabled ? null : toReason("disabled", "The automation is not enabled.");
}

const SHADOW: Skip = {
  reason: "shadow",
  message: "The automation is in shadow mode: it would record that it would have fired.",
};

/** Returns why the automation would not fire, whatever its runbook says; null if the runbook decides. */
async function findFinalSkip(
  automation: Automation,
  event: IncidentEvent,
  { report, latest }: { report: Report; latest: Report },
  now: Date,
): Promise<Skip | null> {
  if ((await getChainDepthOrZero(event.detail.causedBy)) >= MAX_CHAIN) return CHAIN_LIMIT;
  const unapproved = findApprovalSkip(automation);
  if (unapproved) return unapproved;
  const episode = await findEpisode(event);
  const subject = { event: report.event, incident: latest.incident, episode };
  return (await readClaims(automation, subject, now)).blocked?.skip ?? null;
}

async function getChainDepthOrZero(causedBy: string | undefined): Promise<number> {
  try {
    return await computeChainDepth(causedBy);
  } catch (error) {
    if (error instanceof RejectedEvent) return 0;
    throw error;
  }
}
