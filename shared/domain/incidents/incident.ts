// The latest state of an incident. Each report carries the complete state, so the newest report wins.
import * as z from "zod";
import { ExternalId, IncidentId, Timestamp } from "../ids.ts";
import { isSameJson, Json } from "../json.ts";
import { readTime, TIME_WANTED } from "./small-forms.ts";

/** Kinds of reports. At equal times, the later kind in this list is newer. */
export const INCIDENT_REPORTS = ["Created", "Updated", "Acknowledged", "Escalated", "Resolved"] as const;

export const INCIDENT_EVENT_TYPES = INCIDENT_REPORTS.map((report) => `Incident ${report}` as const);

/** Accepts any ISO 8601 instant. Stored in UTC with milliseconds. */
export const Instant = z.iso
  .datetime({ offset: true })
  .describe("Time in ISO 8601 with a zone.")
  .transform((text) => new Date(text).toISOString());

/** A time in the forms that incident systems write. Stored as `Instant` is. */
const GivenTime = z
  .union([z.string(), z.number()])
  .describe("Time in ISO 8601 with a zone, or seconds or milliseconds since 1970.")
  .transform((value, context) => {
    const time = readTime(value);
    if (time !== null) return time;
    context.addIssue({ code: "custom", message: TIME_WANTED, input: value });
    return z.NEVER;
  });

export const IncidentStatus = z.string().min(1).max(64);

/** A level by its name or its number. */
const Level = z.union([z.string().min(1).max(64), z.number()]).transform(String);

const FIELDS = {
  title: "What happened, in one line.",
  status: "Status, in the words of the incident system.",
  priority: "Priority, in the words of the incident system.",
  teamId: "Team that the incident belongs to.",
  createdAt: "When the incident was created.",
  acknowledgedAt: "When somebody acknowledged the incident; null: nobody has.",
  assignee: "Who works on the incident: a name, or an object of the incident system; null: nobody.",
  metadata: "Further facts of the incident system; null: none.",
};

/** The payload of an incident system. Unknown fields are dropped, so that nothing unchecked is stored. */
export const ReportedIncident = z
  .object({
    id: IncidentId,
    title: z.string().min(1).max(500).describe(FIELDS.title),
    status: IncidentStatus.describe(FIELDS.status),
    priority: Level.describe(FIELDS.priority),
    teamId: ExternalId.describe(FIELDS.teamId),
    createdAt: GivenTime.describe(FIELDS.createdAt),
    acknowledgedAt: GivenTime.nullish().describe(FIELDS.acknowledgedAt),
    assignee: z
      .union([z.string().max(256), z.record(z.string().max(64), Json)])
      .nullish()
      .describe(FIELDS.assignee),
    metadata: z.record(z.string().max(64), Json).nullish().describe(FIELDS.metadata),
    updatedAt: GivenTime.nullish().describe(
      "Since when the incident has this state. Defaults to the event's time, which has whole seconds.",
    ),
  })
  .describe("The complete state of the incident.");
export type ReportedIncident = z.output<typeof ReportedIncident>;

/** The stored incident: the reported state, and its sort key among all reports. */
export const Incident = z
  .strictObject({
    id: IncidentId,
    title: z.string().describe(FIELDS.title),
    status: z.string().describe(FIELDS.status),
    priority: z.string().describe(FIELDS.priority),
    teamId: ExternalId.describe(FIELDS.teamId),
    createdAt: Timestamp.describe(FIELDS.createdAt),
    acknowledgedAt: Timestamp.nullable().describe(FIELDS.acknowledgedAt),
    assignee: Json.describe(FIELDS.assignee),
    metadata: z.record(z.string(), Json).nullable().describe(FIELDS.metadata),
    reportedAt: Timestamp.describe("Since when the incident has this state."),
  })
  .describe("The latest state of an incident, as its system reported it.");
export type Incident = z.infer<typeof Incident>;

/** Returns the kind of the report that made the key. */
export const reportInSortKey = (key: string) => INCIDENT_REPORTS[Number(key.split("#")[1])];

/** Returns a key that sorts reports as text, independent of arrival: time, then kind, then event id. */
export function reportSortKey(
  time: string,
  report: (typeof INCIDENT_REPORTS)[number],
  eventId: string,
): string {
  return `${new Date(time).toISOString()}#${INCIDENT_REPORTS.indexOf(report)}#${eventId}`;
}

/** Whether two reports tell the same state: a system may repeat what it has reported. */
export function isSameState(one: Incident, other: Incident): boolean {
  return isSameJson({ ...one, reportedAt: null }, { ...other, reportedAt: null });
}
