// The latest report of an incident, as automations ask for it: its state, and the event that told it.
import type { Report } from "../../domain/automations/timeliness.ts";
import { getEvent } from "../../store/event-log.ts";
import { getReport, type StoredReport } from "../../store/incidents.ts";

/**
 * `order`: its place among all reports of the incident. A transaction can check that no newer one came. `episode`: number
 * of the incident's episode.
 */
export type LatestReport = Report & { order: string; episode: number };

/** Returns the latest report of an incident, or null if nothing is reported of it. */
export async function getLatestReport(incidentId: string): Promise<LatestReport | null> {
  const stored = await getReport(incidentId);
  return stored && readLatest(stored);
}

export async function readLatest({
  incident,
  eventId,
  eventTime: time,
  reportOrder: order,
  episode,
}: StoredReport): Promise<LatestReport> {
  const event = await getEvent({ teamId: incident.teamId, time, eventId });
  // The log forgets events after 90 days: then the incident tells what its latest event did.
  return { event: event ?? { id: eventId, time, detail: { incident } }, time, incident, order, episode };
}
