// Accepts incident events: checks their source, counts the executions that led to them, and stores event and incident.
import { readEnvironment } from "../../contract/env.ts";
import type { Delivery } from "../../domain/context.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { reportSortKey } from "../../domain/incidents/incident.ts";
import {
  checkIncidentEvent,
  type EventAllowList,
  getReportKind,
  type IncidentEvent,
  ofAnotherSource,
  toIncident,
} from "../../domain/incidents/incident-event.ts";
import { RejectedEvent } from "../../domain/incidents/rejection.ts";
import { saveEvent } from "../../store/event-log.ts";
import { getExecution } from "../../store/executions.ts";
import { getReport, type StoredReport, saveReport } from "../../store/incidents.ts";

/**
 * `incident` is the latest report of the incident, which may be newer than this event. `depth`: see
 * `computeChainDepth`.
 */
type AcceptedEvent = { incident: Incident; depth: number };

/**
 * Stores the event and its incident. Redeliveries, in any order of events, lead to the same state. The report that is
 * stored already is not stored again: a system repeats what it has reported.
 */
export async function acceptIncident(event: IncidentEvent, { raw, now }: Delivery): Promise<AcceptedEvent> {
  checkIncidentEvent(event, readTrust(), now);
  const depth = await computeChainDepth(event.detail.causedBy);
  const reported = toIncident(event);
  const known = await requireOwnReport(event, reported.id);
  if (known?.eventId === event.id) return { incident: known.incident, depth };
  const eventKey = { teamId: reported.teamId, time: event.time, eventId: event.id };
  await saveEvent(eventKey, raw, now);
  const order = reportSortKey(reported.reportedAt, getReportKind(event), event.id);
  if (await saveReport(reported, order, eventKey, event.source)) return { incident: reported, depth };
  return { incident: (await requireOwnReport(event, reported.id))?.incident ?? reported, depth };
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
