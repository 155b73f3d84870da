// An incident as its system last reported it; the report carries the whole state, so the newest report wins.
import * as z from "zod";
import { ExternalId, Timestamp } from "./ids.ts";
import { Json } from "./json.ts";

/** Kinds of reports; at the same moment the later kind of this list is the newer one. */
export const INCIDENT_REPORTS = ["Created", "Updated", "Acknowledged", "Escalated", "Resolved"] as const;

export const INCIDENT_EVENT_TYPES = INCIDENT_REPORTS.map((report) => `Incident ${report}` as const);

/** Any ISO 8601 instant; kept in UTC with milliseconds. */
export const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

/** What an incident system reports. It may grow: fields beyond these are left out, so that nothing is taken over unseen. */
export const ReportedIncident = z.object({
  id: ExternalId,
  title: z.string().min(1).max(500),
  status: z.string().min(1).max(64),
  priority: z.string().min(1).max(64),
  teamId: ExternalId,
  createdAt: Instant,
  acknowledgedAt: Instant.nullish(),
  assignee: z.union([z.string().max(256), z.record(z.string().max(64), Json)]).nullish(),
  metadata: z.record(z.string().max(64), Json).nullish(),
  /** Since when the incident is as reported; the bus itself counts in seconds. */
  updatedAt: Instant.nullish(),
});
export type ReportedIncident = z.output<typeof ReportedIncident>;

/** The stored projection: what was reported, and where in the order of reports it stands. */
export const Incident = z.strictObject({
  id: ExternalId,
  title: z.string(),
  status: z.string(),
  priority: z.string(),
  teamId: ExternalId,
  createdAt: Timestamp,
  acknowledgedAt: Timestamp.nullable(),
  assignee: Json,
  metadata: z.record(z.string(), Json).nullable(),
  reportedAt: Timestamp,
});
export type Incident = z.infer<typeof Incident>;

/** Sorts as text in the order of reports, whatever order they arrive in: time, kind, then the event's id. */
export function reportOrder(
  time: string,
  report: (typeof INCIDENT_REPORTS)[number],
  eventId: string,
): string {
  return `${new Date(time).toISOString()}#${INCIDENT_REPORTS.indexOf(report)}#${eventId}`;
}
