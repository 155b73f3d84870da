// Accepts incident events: checks their source, counts the executions that led to them, and stores event and incident.
import { readEnvironment } from "../../contract/env.ts";
import type { Report } from "../../domain/automations/timeliness.ts";
import type { Delivery } from "../../domain/context.ts";
import { nextEpisode } from "../../domain/incidents/episode.ts";
import {
  checkIncidentEvent,
  type EventAllowList,
  getReportKind,
  type IncidentEvent,
  ofAnotherSource,
  reportOrderOf,
  toIncident,
} from "../../domain/incidents/incident-event.ts";
import { RejectedEvent } from "../../domain/incidents/rejection.ts";
import { saveEvent } from "../../store/event-log.ts";
import { getExecution } from "../../store/executions.ts";
import { getReport, type NewReport, type StoredReport, saveReport } from "../../store/incidents.ts";
import { CHANGED, retryOnConflict } from "../../store/retry-on-conflict.ts";
import { type LatestReport, readLatest } from "./latest-report.ts";

/**
 * `latest` is the latest report of the incident, which may be newer than this event's `report`. `depth`: see
 * `computeChainDepth`.
 */
type AcceptedEvent = { report: Report; latest: LatestReport; depth: number };

/**
 * Stores the event and its incident. Redeliveries, in any order of events, lead to the same state. The report that is
 * stored already is not stored again: a system repeats what it has reported.
 */
export async function acceptIncident(event: IncidentEvent, { raw, now }: Delivery): Promise<AcceptedEvent> {
  checkIncidentEvent(event, readTrust(), now);
  const depth = await computeChainDepth(event.detail.causedBy);
  const report = { event: raw, time: event.time, incident: toIncident(event) };
  const { id, teamId } = report.incident;
  const known = await requireOwnReport(event, id);
  if (known?.eventId === event.id) return { report, latest: toLatest(report, known), depth };
  await saveEvent({ teamId, time: event.time, eventId: event.id }, raw, now);
  return { report, latest: await saveIfNewer(event, report, known), depth };
}

const toLatest = (report: Report, { reportOrder: order, episode }: StoredReport): LatestReport => ({
  ...report,
  order,
  episode,
});

/** Returns the newest report: this one, or a stored one. */
async function saveIfNewer(event: IncidentEvent, told: Report, read: StoredReport | null) {
  return retryOnConflict<LatestReport>(async (again) => {
    const known = again ? await requireOwnReport(event, told.incident.id) : read;
    const report = toReport(event, known);
    if (known && known.reportOrder >= report.order) return readLatest(known);
    if (!(await saveReport(report, known))) return CHANGED;
    return { ...told, order: report.order, episode: report.episode.number };
  }, CONTENDED);
}

/** As many reports of one incident at once as this are saved without a redelivery of their events. */
const CONTENDED = {
  tries: 20,
  isConflict: () => false,
  giveUp: (cause: unknown) => new Error("Too many reports of one incident arrive at once", { cause }),
};

/** Returns the report that the event makes, as the one after `known`. */
function toReport(event: IncidentEvent, known: StoredReport | null): NewReport {
  const incident = toIncident(event);
  const kind = getReportKind(event);
  const { status } = incident;
  const before = known && { number: known.episode, ended: known.ended, status: known.incident.status };
  return {
    incident,
    order: reportOrderOf(event),
    event: { eventId: event.id, time: event.time },
    reportedBy: event.source,
    episode: nextEpisode(before, { kind, status }),
  };
}

/** Returns the episode that the event is of, or would be of if it came now. */
export async function findEpisode(event: IncidentEvent): Promise<number> {
  const known = await getReport(event.detail.incident.id);
  const report = toReport(event, known);
  return known && known.reportOrder >= report.order ? known.episode : report.episode.number;
}

/** Returns the stored report, if any. @throws RejectedEvent if another source has reported the incident. */
async function requireOwnReport({ source }: IncidentEvent, id: string): Promise<StoredReport | null> {
  const known = await getReport(id);
  if (known && known.reportedBy !== source) throw ofAnotherSource();
  return known;
}

export function readTrust(): EventAllowList {
  const { INCIDENT_SOURCES, KNOWN_TEAMS } = readEnvironment(["INCIDENT_SOURCES", "KNOWN_TEAMS"], process.env);
  return { sources: INCIDENT_SOURCES, teams: KNOWN_TEAMS };
}

/**
 * Returns how many executions in a row led to an event. Reads the chain from the stored executions, not from the
 * events. @throws RejectedEvent `cause_unknown` if `causedBy` names no execution.
 */
export async function computeChainDepth(causedBy: string | undefined): Promise<number> {
  if (causedBy === undefined) return 0;
  const cause = await getExecution(causedBy);
  if (!cause)
    throw new RejectedEvent("cause_unknown", "The event names a run as its cause that does not exist.");
  return (cause.trigger.depth ?? 0) + 1;
}
