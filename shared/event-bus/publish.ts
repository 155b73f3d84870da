// The event bus, outward: publishes in order, and says how far it came.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { readEnvironment } from "../contract/env.ts";
import { OWN_SOURCE } from "../contract/events.ts";
import type { Announcement } from "../domain/announcement.ts";

let client: EventBridgeClient | undefined;
function eventBridge(): EventBridgeClient {
  client ??= new EventBridgeClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return client;
}

/** What one PutEvents takes. */
export const MAX_ENTRIES = 10;

/** How many of the events, from the first on, the bus has taken for certain, and why it refused the next one. */
type PublishResult = { taken: number; refusal: string | null };

/** Publishes up to ten. */
export async function publishEvents(announcements: readonly Announcement[]): Promise<PublishResult> {
  const { EVENT_BUS_NAME: EventBusName } = readEnvironment(["EVENT_BUS_NAME"], process.env);
  const entries = announcements.map(({ detailType, time, detail }) => ({
    EventBusName,
    Source: OWN_SOURCE,
    DetailType: detailType,
    Time: new Date(time),
    Detail: JSON.stringify(detail),
  }));
  const { Entries = [], FailedEntryCount } = await eventBridge().send(
    new PutEventsCommand({ Entries: entries }),
  );
  if (!FailedEntryCount) return { taken: entries.length, refusal: null };
  const first = Entries.findIndex((entry) => entry.ErrorCode !== undefined);
  return { taken: Math.max(0, first), refusal: Entries[first]?.ErrorCode ?? "unknown" };
}
