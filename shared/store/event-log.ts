// The log of accepted incident events, by team and day. Tests and backtests of automations read it.

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { readEnvironment } from "../contract/env.ts";
import { LISTS, listKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { DAY_MS } from "../domain/incidents/incident-event.ts";
import { Json, type JsonObject } from "../domain/json.ts";
import { callTable, openTable } from "./client.ts";
import { epochSeconds, jsonText } from "./codecs.ts";
import { listMerged } from "./lists.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";

const EventRecord = z.object({
  event: jsonText.pipe(z.record(z.string(), Json)),
});

/** The key of an event. `time` is the event's own time, in UTC with milliseconds. */
export type EventLocation = { teamId: string; time: string; eventId: string };

const keyOf = ({ teamId, time, eventId }: EventLocation) =>
  KEYS.incidentEvent(teamId, time.slice(0, 10), time, eventId);

/** Saves an event unchanged. A redelivery overwrites the same item. */
export async function saveEvent(location: EventLocation, event: JsonObject, now: Date): Promise<void> {
  const { documents, table: TableName } = openTable();
  const { INCIDENT_EVENT_DAYS } = readEnvironment(["INCIDENT_EVENT_DAYS"], process.env);
  const expiresAt = epochSeconds(now) + INCIDENT_EVENT_DAYS * 24 * 3600;
  const list = listKeys(LISTS.event(location.eventId), sortByTime(location.time, location.eventId));
  const Item = { ...keyOf(location), ...list, event: JSON.stringify(event), expiresAt };
  await callTable(() => documents.send(new PutCommand({ TableName, Item })));
}

export async function getEvent(location: EventLocation): Promise<JsonObject | null> {
  const stored = await getRecord(EventRecord, keyOf(location));
  return stored?.event ?? null;
}

const EVENTS = KEYS.incidentEvent("team", "day", "time", "id").pk.split("#")[0];

/** Returns the events of this id, newest first: one, unless systems give the same id to several. */
export async function findEvents(eventId: string): Promise<JsonObject[]> {
  const found = await listMerged({
    lists: [LISTS.event(eventId)],
    page: { limit: MOST_OF_ONE_ID },
    among: ({ pk }) => String(pk).startsWith(`${EVENTS}#`),
    parse: (item) => parseItem(EventRecord, item).event,
  });
  return found.items;
}

const MOST_OF_ONE_ID = 20;

/** Items per query. Even a page of the largest events stays below DynamoDB's limit of 1 MB. */
const PAGE = 200;

/** Yields a team's events from `from` (inclusive) to `to` (exclusive), oldest first. */
export async function* listEvents(teamId: string, from: Date, to: Date): AsyncGenerator<JsonObject> {
  const firstDay = Math.floor(from.getTime() / DAY_MS);
  for (let day = firstDay; day * DAY_MS < to.getTime(); day++) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    const start = day === firstDay ? from.toISOString() : `${date}T`;
    yield* listDayEvents(
      teamId,
      date,
      `${SORT_PREFIXES.event}${start}`,
      `${SORT_PREFIXES.event}${to.toISOString()}`,
    );
  }
}

async function* listDayEvents(
  teamId: string,
  day: string,
  from: string,
  to: string,
): AsyncGenerator<JsonObject> {
  const { pk } = KEYS.incidentEvent(teamId, day, "x", "x");
  for (let after = from; ; ) {
    const items = await queryRange(pk, { from: after, to, limit: PAGE });
    for (const item of items) yield parseItem(EventRecord, item).event;
    const last = items.at(-1);
    if (!last) return;
    // The next possible key: no key sorts between a key and that key followed by U+0000.
    after = `${String(last["sk"])}\u0000`;
  }
}
