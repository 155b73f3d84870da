// Hands on what waits in the queues behind the sources, as SQS does: their messages, then the incidents they report.
import type { JsonObject } from "../../shared/domain/json.ts";
import { deliver, type EventsHost } from "./events.ts";

/** Takes what waits in a queue. */
export function takeQueued({ queues }: EventsHost, rule: string): string[] {
  const messages = queues.receive(rule, 2000, 60_000);
  for (const { receipt } of messages) queues.delete(rule, receipt);
  return messages.map(({ body }) => body);
}

/** Hands on all that waits. @returns the events of the incidents */
export async function handOn(host: EventsHost): Promise<JsonObject[]> {
  await hand("on-source-message", takeQueued(host, "source-messages"));
  const incidents = takeQueued(host, "incidents");
  await hand("on-incident", incidents);
  return incidents.map((body) => JSON.parse(body) as JsonObject);
}

async function hand(handler: "on-source-message" | "on-incident", bodies: readonly string[]): Promise<void> {
  const batch = bodies.map((body) => ({ body }));
  const failed = batch.length === 0 ? [] : await deliver(handler, batch);
  if (failed.length > 0) throw new Error(`${handler} failed: ${JSON.stringify(failed)}`);
}
