// What became of an event: a line for each automation, and below it the conditions that the event does not meet.
import type { OutputOf } from "../../api-client/types.ts";
import { clean, formatTable } from "../terminal/text.ts";
import type { Session } from "./context.ts";

type Outcome = OutputOf<"explain-event">;

export async function explainEvent({ client, print }: Session, eventId: string): Promise<void> {
  print.value(await client.explainEvent({ eventId }), describeOutcome);
}

function describeOutcome({ rejection, automations, ...event }: Outcome): string {
  const what = [event.detailType, event.source, event.time].filter((part) => part !== null).join(", ");
  const about = event.incidentId === null ? [] : [`incident: ${event.incidentId}, team: ${event.teamId}`];
  const refused = rejection ? [`rejected at ${rejection.at}: ${rejection.reason}. ${rejection.message}`] : [];
  const lines = [`${event.eventId}: ${what}`, ...about, ...refused].map((line) => clean(line));
  if (event.incidentId === null) return lines.join("\n");
  if (automations.length === 0)
    return [...lines, "The team has no automations, and there are no global ones."].join("\n");
  const rows = automations.map((one) => [
    one.automationName,
    String(one.automationVersion),
    one.outcome === "skipped" ? `skipped: ${one.reason}` : one.outcome.replace("_", " "),
    one.executionId ??
      [one.message ?? "", ...one.failed.map(({ pointer, message }) => `${pointer}: ${message}`)].join(" "),
  ]);
  return [...lines, formatTable(["AUTOMATION", "VERSION", "OUTCOME", "WHY"], rows)].join("\n");
}
