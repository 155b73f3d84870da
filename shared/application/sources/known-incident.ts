// What a message says of an incident, together with what is known of the incident already.
import { reportInSortKey } from "../../domain/incidents/incident.ts";
import type { Source } from "../../domain/sources/source.ts";
import { toIncidentEvent } from "../../domain/sources/source-event.ts";
import type { Translated } from "../../domain/sources/translate.ts";
import { getReport, type StoredReport } from "../../store/incidents.ts";

type IncidentItem = Extract<Translated, { outcome: "incident" }>;

/**
 * Returns the event that reports the item. The same message makes the same event, whatever is known by then. `isSeen`:
 * whether what is known of the team's incidents may be used.
 */
export async function toKnownEvent(
  source: Source,
  item: IncidentItem,
  time: string,
  isSeen: (teamId: string) => boolean = () => true,
) {
  const event = toIncidentEvent(source, item, time);
  const isComplete = item.report === "Created" && !item.ongoing;
  const known = isComplete ? null : await getReport(item.incident.id);
  if (!known || !isSeen(known.incident.teamId)) return event;
  const report = item.ongoing && !isReportOf(known, event) ? "Updated" : item.report;
  return toIncidentEvent(source, item, time, { report, incident: fillFrom(known, item) });
}

/** Whether the event is the one that said that the incident has begun. */
const isReportOf = ({ eventId, reportOrder }: StoredReport, event: { id?: unknown }) =>
  eventId === event.id && reportInSortKey(reportOrder) === "Created";

/** What the message does not tell stays as it is known. */
function fillFrom({ incident: known }: StoredReport, { incident, report, guessed }: IncidentItem) {
  const kept = Object.fromEntries(guessed.map((field) => [field, known[field]]));
  const filled = { ...incident, ...kept };
  // Somebody has taken it back, if an update says that the status is another one.
  const isTakenBack = report === "Updated" && filled.status !== known.status;
  const acknowledgedAt = filled.acknowledgedAt ?? (isTakenBack ? null : known.acknowledgedAt);
  return acknowledgedAt === null ? filled : { ...filled, acknowledgedAt };
}
