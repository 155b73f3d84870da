// Incident reports as events: their schema, whether they are accepted, and the reported state.
import * as z from "zod";
import { EventId, ExecutionId, SOURCE_PREFIX, SourceId } from "../ids.ts";
import {
  INCIDENT_EVENT_TYPES,
  INCIDENT_REPORTS,
  type Incident,
  Instant,
  ReportedIncident,
  reportSortKey,
} from "./incident.ts";
import { RejectedEvent } from "./rejection.ts";

/** The envelope fields of an event that this service reads. */
export const Envelope = z.looseObject({
  id: EventId,
  source: z.string().min(1).max(256),
  time: Instant,
});

export const CausedBy = ExecutionId.optional().describe(
  "The execution that caused this event. Its id is the `webhook-id` of the request that it sent.",
);

export const IncidentEvent = Envelope.extend({
  "detail-type": z.enum(INCIDENT_EVENT_TYPES),
  detail: z
    .object({ incident: ReportedIncident, causedBy: CausedBy })
    .describe("A report about an incident."),
});
export type IncidentEvent = z.output<typeof IncidentEvent>;

/** Reject reports dated more than a few minutes ahead. They would outrank every correct report until that time. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;
/** Retention of the event archive. Decisions are kept longer, so every accepted event still has its decision. */
export const MAX_EVENT_AGE_DAYS = 30;
export const DAY_MS = 24 * 3_600_000;

/** An empty `teams` accepts all teams. */
export type EventAllowList = { sources: readonly string[]; teams: readonly string[] };

/** @throws RejectedEvent if the source, team or time is not acceptable. */
export function checkIncidentEvent(
  event: IncidentEvent,
  { sources, teams }: EventAllowList,
  now: Date,
): void {
  // Only the service itself puts events of sources into the queue: no bus brings one.
  checkEnvelope(event, isOfSource(event) ? [event.source] : sources, now);
  const { id, teamId, updatedAt } = event.detail.incident;
  if (id.startsWith(SOURCE_PREFIX) && !id.startsWith(`${event.source}:`)) throw ofAnotherSource();
  if (updatedAt) checkAge(updatedAt, now);
  if (teams.length > 0 && !teams.includes(teamId)) {
    throw new RejectedEvent("team_unknown", `The team ${teamId} is not known to this service.`);
  }
}

/** Whether a source of the service reports it, and not a system on the bus. */
const isOfSource = ({ source }: Pick<IncidentEvent, "source">) => SourceId.safeParse(source).success;

export const ofAnotherSource = () =>
  new RejectedEvent(
    "incident_of_another_source",
    "Another source reports the incident of this id. Each source reports its own incidents only.",
  );

export function checkEnvelope(
  { source, time }: z.output<typeof Envelope>,
  sources: readonly string[],
  now: Date,
): void {
  if (!sources.includes(source)) {
    throw new RejectedEvent("source_not_allowed", "Events of this kind are not accepted from this source.");
  }
  checkAge(time, now);
}

function checkAge(time: string, now: Date): void {
  const age = now.getTime() - Date.parse(time);
  if (age < -MAX_CLOCK_SKEW_MS) {
    throw new RejectedEvent(
      "time_in_future",
      "The event's time is in the future. Check the clock of its system.",
    );
  }
  if (age > MAX_EVENT_AGE_DAYS * DAY_MS) {
    throw new RejectedEvent("too_old", `The event is older than ${MAX_EVENT_AGE_DAYS} days.`);
  }
}

export function getReportKind(event: IncidentEvent): (typeof INCIDENT_REPORTS)[number] {
  return INCIDENT_REPORTS[INCIDENT_EVENT_TYPES.indexOf(event["detail-type"])] ?? "Updated";
}

/** Returns the place of the event among all reports of its incident, as text that sorts. */
export const reportOrderOf = (event: IncidentEvent) =>
  reportSortKey(event.detail.incident.updatedAt ?? event.time, getReportKind(event), event.id);

/** Returns the complete incident that the event reports. */
export function toIncident({ time, detail }: IncidentEvent): Incident {
  const { updatedAt, ...incident } = detail.incident;
  return {
    ...incident,
    acknowledgedAt: incident.acknowledgedAt ?? null,
    assignee: incident.assignee ?? null,
    metadata: incident.metadata ?? null,
    reportedAt: updatedAt ?? time,
  };
}
