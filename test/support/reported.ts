// Events that automations decide about in the table in memory. The incident is stored as the event tells it.
import type { IncomingEvent } from "../../shared/application/automations/incoming-event.ts";
import { runAutomations } from "../../shared/application/automations/run-automations.ts";
import { KEYS } from "../../shared/contract/table.ts";
import type { TaskContext } from "../../shared/domain/context.ts";
import type { Incident } from "../../shared/domain/incidents/incident.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import { iso } from "./decision-clock.ts";
import { alter } from "./decision-table.ts";

export const incident = (
  id = "INC-1",
  teamId = "payments",
  metadata: JsonObject | null = null,
): Incident => ({
  ...{ id, title: "Slow", status: "open", priority: "P1", teamId, createdAt: iso(-60) },
  ...{ acknowledgedAt: null, assignee: null, metadata, reportedAt: iso(-60) },
});

export type Asked = Partial<Omit<IncomingEvent, "report" | "latest">> & {
  event?: JsonObject;
  incident?: Incident;
  episode?: number;
};

/** An event of the time at which it comes, and the latest of its incident. */
export function incomingEvent({
  event: given,
  incident: told = incident(),
  episode = 1,
  ...changes
}: Asked = {}): IncomingEvent {
  const report = { event: given ?? { source: "oncall", id: "event-1" }, time: iso(0), incident: told };
  const order = `${told.id} as it is`;
  const facts = { eventId: "event-1", teamId: "payments", causedBy: undefined, depth: 0 };
  return { report, latest: { ...report, order, episode }, ...facts, ...changes };
}

/** The event comes for the first time, just now. */
export async function decideReported(
  { report, latest, ...incoming }: IncomingEvent,
  context: Pick<TaskContext, "now" | "newId">,
): Promise<void> {
  const { order: reportOrder, episode, incident: told } = latest;
  const by = { reportedBy: "oncall", eventId: incoming.eventId, eventTime: iso(0) };
  const stored = { ...by, reportOrder, episode, ended: false, incident: JSON.stringify(told) };
  await alter(KEYS.incident(told.id), stored);
  const time = context.now.toISOString();
  const now = { report: { ...report, time }, latest: { ...latest, time } };
  await runAutomations({ ...incoming, ...now }, { ...context, ...FIRST_DELIVERY });
}

export const FIRST_DELIVERY = { receives: 1, redriven: false, wait: { since: null, isOver: false } };
