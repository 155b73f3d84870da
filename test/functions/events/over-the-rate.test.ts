// An automation or a workflow that is over its rate: its events wait in their queue, and none is lost or counted as failed.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import {
  approvedRunbook,
  automation,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { recordSdkCalls } from "../../support/sdk-calls.ts";

const RATE = "RATE_LIMIT_STARTS_PER_MINUTE";
const team = `team-${randomUUID()}`;
let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ [RATE]: "2" });
  await automation(await approvedRunbook(team));
});
afterAll(() => host.stop());
afterEach(() => {
  process.env[RATE] = "2";
  host.queues.purge("incidents");
});

const reports = (count: number) => Array.from({ length: count }, () => incidentEvent({ teamId: team }));
const runs = async () => (await storedRuns(host.table)).length;

it("J5: an event over the rate is requeued unchanged, and its delivery count starts again", async () => {
  const events = reports(5);
  for (const event of events) expect(await deliver("on-incident", [event])).toEqual([]);
  expect(await runs()).toBe(2);
  expect(host.queues.count("incidents")).toEqual({ visible: 0, hidden: 3 });
  const comesInMs = host.queues.nextInMs("incidents") ?? 0;
  expect(comesInMs).toBeGreaterThan(0);
  expect(comesInMs).toBeLessThanOrEqual(91_000);
  expect(deadLettersOf(host, "incidents")).toEqual([]);

  process.env[RATE] = "0";
  expect(await deliver("on-incident", events)).toEqual([]);
  expect(await runs()).toBe(5);
});

it("an event that has waited for more than an hour fails its deliveries, and so goes to the dead letters with an alarm", async () => {
  const sent = (minutes: number) =>
    reports(1).map((event: JsonObject) => ({
      body: JSON.stringify(event),
      waitingSince: new Date(Date.now() - minutes * 60_000).toISOString(),
    }));
  expect(await deliver("on-incident", reports(2))).toEqual([]);
  expect(await deliver("on-incident", [...sent(59), ...sent(61)])).toEqual([1]);
});

it("an event that somebody sent back from the dead letters is known as such after its wait, and no other is", async () => {
  expect(await deliver("on-incident", reports(2))).toEqual([]);
  const [event, redriven] = reports(2).map((report) => JSON.stringify(report));
  const { calls } = await recordSdkCalls(async () => {
    expect(await deliver("on-incident", [{ body: event ?? "" }])).toEqual([]);
    expect(await deliver("on-incident", [{ body: redriven ?? "", redriven: true }])).toEqual([]);
  });
  const sent = calls.filter(({ name }) => name === "SendMessage").map(({ input }) => input);
  expect(sent.map(({ MessageBody }) => MessageBody)).toEqual([event, redriven]);
  expect(sent.map(({ MessageAttributes }) => "reason" in Object(MessageAttributes))).toEqual([false, true]);
});

it("comes again from the queue if its own queue cannot be written", async () => {
  const queues = process.env["EVENT_QUEUES"] ?? "";
  process.env["EVENT_QUEUES"] = "";
  try {
    expect(await deliver("on-incident", reports(3))).not.toEqual([]);
  } finally {
    process.env["EVENT_QUEUES"] = queues;
  }
});
