// Schedules of sources: EventBridge Scheduler has what the table says, whatever dies in between, and each tick ends in one
// named state.
import "../../support/quiet.ts";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setSchedule } from "../../../shared/application/sources/set-schedule.ts";
import { setDifferingSchedules } from "../../../shared/application/sources/set-schedules.ts";
import { TICK } from "../../../shared/contract/events.ts";
import { IncidentEvent } from "../../../shared/domain/incidents/incident-event.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { listRejections } from "../../../shared/store/rejections.ts";
import { type Asked, ask, person } from "../../support/api.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../support/dynamodb.ts";
import { deadLettersOf, deliver, type EventsHost, invoke, startEvents } from "../../support/events.ts";
import { fresh, idOf } from "../../support/library.ts";
import { streamRecords } from "../../support/stream.ts";

let host: EventsHost;
let scheduler: SchedulerClient;
let streams: DynamoDBStreamsClient;
beforeAll(async () => {
  host = await startEvents({}, { stream: true });
  scheduler = new SchedulerClient({
    endpoint: host.aws,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  streams = new DynamoDBStreamsClient({
    endpoint: host.table.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(async () => {
  scheduler.destroy();
  streams.destroy();
  await host.stop();
});

const DAILY = { expression: "cron(30 9 ? * MON-FRI *)", timeZone: "Europe/Berlin" };
const clockOf = (more: object = {}) => ({
  ...{ name: fresh("Daily"), kind: "schedule", teamId: "payments", schedule: DAILY },
  ...more,
});
const makeClock = async (more: object = {}) => idOf(await ask("create-source", { body: clockOf(more) }));
const change = (sourceId: string, body: object, asked: Asked = {}) =>
  ask("update-source", { params: { sourceId }, body, ...asked });

async function namesOf(sourceId: string): Promise<string[]> {
  const asked = { GroupName: "runbooks", NamePrefix: sourceId };
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand(asked));
  return Schedules.flatMap(({ Name }) => Name ?? []);
}

/** The one schedule of a source, as Scheduler has it. */
async function scheduleOf(sourceId: string) {
  const [Name, ...others] = await namesOf(sourceId);
  expect(others).toEqual([]);
  return Name === undefined ? null : scheduler.send(new GetScheduleCommand({ Name, GroupName: "runbooks" }));
}

/** The table's stream tells the function of all that has happened. */
async function tellStream(): Promise<void> {
  const Records = await streamRecords(streams, host.table.streamArn);
  const answer = await invoke("events/set-schedules", { Records }, { timeoutSeconds: 60 });
  expect(answer).toEqual({ batchItemFailures: [] });
}

const sweep = () => setDifferingSchedules(new Date());

describe("the schedule of a source", () => {
  it("is made, replaced, taken away and brought back as the source changes", async () => {
    const sourceId = await makeClock();
    await tellStream();
    expect(await scheduleOf(sourceId)).toMatchObject({
      ScheduleExpression: DAILY.expression,
      ScheduleExpressionTimezone: "Europe/Berlin",
      FlexibleTimeWindow: { Mode: "OFF" },
      State: "ENABLED",
      Target: {
        Arn: expect.stringMatching(/:source-messages$/),
        DeadLetterConfig: { Arn: expect.stringMatching(/:source-messages-dead-letters$/) },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400 },
      },
    });
    await change(sourceId, { schedule: { expression: "rate(2 hours)" } });
    const before = Date.now();
    await tellStream();
    const rate = await scheduleOf(sourceId);
    expect(rate).toMatchObject({ ScheduleExpression: "rate(2 hours)", ScheduleExpressionTimezone: "UTC" });
    // The first time is when two hours have passed, not at once.
    expect((rate?.StartDate?.getTime() ?? 0) - before).toBeGreaterThan(2 * 3_600_000 - 5_000);
    await change(sourceId, { enabled: false });
    await tellStream();
    expect(await scheduleOf(sourceId)).toBeNull();
    await change(sourceId, { enabled: true });
    await tellStream();
    expect(await scheduleOf(sourceId)).not.toBeNull();
    await ask("delete-source", { params: { sourceId } });
    await tellStream();
    expect(await scheduleOf(sourceId)).toBeNull();
  });

  it("stays the very same one if something else changes, or the stream tells of it again", async () => {
    const sourceId = await makeClock();
    await tellStream();
    const before = await scheduleOf(sourceId);
    await change(sourceId, { name: "Another name", priority: { map: {}, default: "P4" } });
    await tellStream();
    await tellStream();
    const after = await scheduleOf(sourceId);
    expect([after?.Name, after?.CreationDate]).toEqual([before?.Name, before?.CreationDate]);
  });

  it("is found by the sweep if the stream told nobody, if it was deleted by hand, and if nobody wants it", async () => {
    const sourceId = await makeClock();
    expect(await sweep()).toBe(0);
    const [Name = ""] = await namesOf(sourceId);
    await scheduler.send(new DeleteScheduleCommand({ Name, GroupName: "runbooks" }));
    await sweep();
    expect(await namesOf(sourceId)).toEqual([Name]);
    const made = await scheduleOf(sourceId);
    const stranger = `${sourceId}.0000000000000000`;
    const copy = { ...named(made), Name: stranger };
    await scheduler.send(new CreateScheduleCommand(copy));
    await sweep();
    expect(await namesOf(sourceId)).toEqual([Name]);
  });

  const named = (made: Awaited<ReturnType<typeof scheduleOf>>) => ({
    GroupName: "runbooks",
    ScheduleExpression: made?.ScheduleExpression,
    FlexibleTimeWindow: made?.FlexibleTimeWindow,
    Target: made?.Target,
  });

  it("is that of the table after many changes, while many set it at the same time", async () => {
    const sourceId = await makeClock();
    for (let minute = 1; minute <= 6; minute++) {
      const expression = `cron(${minute} * * * ? *)`;
      const changed = change(sourceId, { schedule: { expression } });
      await Promise.all([changed, ...[1, 2, 3].map(() => setSchedule(sourceId, new Date()))]);
    }
    await Promise.all([1, 2, 3].map(() => setSchedule(sourceId, new Date())));
    expect(await scheduleOf(sourceId)).toMatchObject({ ScheduleExpression: "cron(6 * * * ? *)" });
  });

  it("a failure keeps no other source waiting, and the sweep makes up for it", async () => {
    const sourceId = await makeClock();
    const group = process.env["SCHEDULE_GROUP"] ?? "";
    process.env["SCHEDULE_GROUP"] = "gone";
    await tellStream();
    process.env["SCHEDULE_GROUP"] = group;
    expect(await namesOf(sourceId)).toEqual([]);
    await tellStream();
    expect(await namesOf(sourceId)).toHaveLength(1);
  });
});

/** A tick of a source, as Scheduler sends it. */
const tickOf = (sourceId: string, time: Date, schedule = DAILY): JsonObject => ({
  ...{ version: "0", id: fresh("tick"), source: TICK.source, "detail-type": TICK.detailType },
  time: time.toISOString().replace(/\.\d{3}Z$/, "Z"),
  tick: { sourceId, ...schedule },
});

/** Delivers ticks, and answers the incidents that they became. */
async function incidentsFrom(...ticks: JsonObject[]) {
  expect(await deliver("on-source-message", ticks)).toEqual([]);
  const messages = host.queues.receive("incidents", 1000, 60_000);
  for (const { receipt } of messages) host.queues.delete("incidents", receipt);
  return messages.map(({ body }) => IncidentEvent.parse(JSON.parse(body)));
}

const EVERY_MINUTE = { expression: "cron(* * * * ? *)", timeZone: "UTC" };
/** The minute that has begun, and those before. */
const minutesAgo = (n: number) => new Date(Math.floor(Date.now() / 60_000) * 60_000 - n * 60_000);

describe("a tick", () => {
  it("is an incident of its own, over as it begins, and the same again is the same event", async () => {
    const sourceId = await makeClock({ schedule: EVERY_MINUTE, priority: { map: {}, default: "P5" } });
    const time = minutesAgo(0);
    const [first, again] = [
      await incidentsFrom(tickOf(sourceId, time, EVERY_MINUTE)),
      await incidentsFrom(tickOf(sourceId, time, EVERY_MINUTE)),
    ];
    expect(first).toMatchObject([
      {
        "detail-type": "Incident Created",
        source: sourceId,
        detail: {
          incident: {
            id: `${sourceId}:${time.toISOString().replaceAll(/[-:.]/g, "")}`,
            status: "due",
            priority: "P5",
            teamId: "payments",
            createdAt: time.toISOString(),
            metadata: { ...EVERY_MINUTE },
          },
        },
      },
    ]);
    expect(again[0]?.id).toBe(first[0]?.id);
  });

  it("of a thousand that were missed, the last ones alone are reported", async () => {
    const sourceId = await makeClock({ schedule: EVERY_MINUTE });
    const all = Array.from({ length: 1000 }, (_, n) => tickOf(sourceId, minutesAgo(1000 - n), EVERY_MINUTE));
    const reported = await incidentsFrom(...all);
    expect(reported.length).toBeGreaterThanOrEqual(1);
    expect(reported.length).toBeLessThanOrEqual(3);
  });

  it.each([
    ["a source that is deleted", (sourceId: string) => ask("delete-source", { params: { sourceId } })],
    ["a disabled source", (sourceId: string) => change(sourceId, { enabled: false })],
    ["a schedule that has changed", (id: string) => change(id, { schedule: { ...DAILY, timeZone: "UTC" } })],
  ])("of %s is not reported, and nobody is disturbed", async (_, spoil) => {
    const sourceId = await makeClock({ schedule: EVERY_MINUTE });
    await spoil(sourceId);
    expect(await incidentsFrom(tickOf(sourceId, minutesAgo(0), EVERY_MINUTE))).toEqual([]);
    expect(deadLettersOf(host, "source-messages")).toEqual([]);
  });

  it("that nobody took for more than a day is set aside with its reason, unless a later one is due", async () => {
    const old = new Date(Math.floor(Date.now() / 86_400_000 - 3) * 86_400_000);
    const day = `${old.getUTCDate()} ${old.getUTCMonth() + 1}`;
    const yearly = { expression: `cron(0 0 ${day} ? *)`, timeZone: "UTC" };
    const sourceId = await makeClock({ schedule: yearly });
    expect(await incidentsFrom(tickOf(sourceId, old, yearly))).toEqual([]);
    expect(deadLettersOf(host, "source-messages")).toHaveLength(1);
    const { items } = await listRejections({ limit: 10 });
    expect(items[0]).toMatchObject({ rule: "source-messages", reason: "too_old" });
  });

  it("that another sender claims is for nobody", async () => {
    const sourceId = await makeClock({ schedule: EVERY_MINUTE });
    const forged = { ...tickOf(sourceId, minutesAgo(0), EVERY_MINUTE), source: "aws.partner/example.com/1" };
    expect(await incidentsFrom(forged)).toEqual([]);
  });
});

describe("a schedule is refused", () => {
  const issuesOf = async (more: object) =>
    ((await ask("create-source", { body: clockOf(more) })).problem?.errors ?? []).map(
      ({ pointer }) => pointer,
    );

  it.each([
    ["without one", { schedule: null }, ["/schedule"]],
    [
      "in a zone that nobody knows",
      { schedule: { ...DAILY, timeZone: "Europe/Atlantis" } },
      ["/schedule/timeZone"],
    ],
    [
      "in a zone in other capitals",
      { schedule: { ...DAILY, timeZone: "europe/berlin" } },
      ["/schedule/timeZone"],
    ],
    ["in a zone that is an offset", { schedule: { ...DAILY, timeZone: "+02:00" } }, ["/schedule/timeZone"]],
    ["that is never due", { schedule: { expression: "cron(0 0 31 2 ? *)" } }, ["/schedule/expression"]],
    [
      "of years that are over",
      { schedule: { expression: "cron(0 0 1 1 ? 2020)" } },
      ["/schedule/expression"],
    ],
    ["as a rate of 1 minutes", { schedule: { expression: "rate(1 minutes)" } }, ["/schedule/expression"]],
    ["as a rate of 2 minute", { schedule: { expression: "rate(2 minute)" } }, ["/schedule/expression"]],
    ["of Unix", { schedule: { expression: "30 9 * * 1-5" } }, ["/schedule/expression"]],
    [
      "with two wrong fields, and both are named",
      { schedule: { expression: "cron(60 24 * * ? *)" } },
      ["/schedule/expression", "/schedule/expression"],
    ],
    ["for no team", { teamId: null }, ["/teamId"]],
    ["for several teams", { teamId: null, team: { from: "/team", map: {} } }, ["/team"]],
    ["with a filter", { filter: { name: ["x"] } }, ["/filter"]],
    ["with a mapping", { mapping: { id: "/a", title: "/b", status: "/c" } }, ["/mapping"]],
    ["with a partner", { eventSource: "aws.partner/example.com/1" }, ["/eventSource"]],
    [
      "with a secret",
      { verification: { scheme: "bearer", secret: "a-secret-of-thirty-characters." } },
      ["/verification"],
    ],
  ])("%s", async (_, more, pointers) => {
    expect(await issuesOf(more)).toEqual(pointers);
  });

  it("for another kind", async () => {
    const body = { name: "x", kind: "cloudwatch_alarm", teamId: "payments", schedule: DAILY };
    expect((await ask("create-source", { body })).problem?.errors?.[0]?.pointer).toBe("/schedule");
  });

  it("but one whose last time is over can still be renamed, disabled and deleted", async () => {
    const sourceId = await makeClock();
    expect((await change(sourceId, { schedule: { expression: "cron(0 0 1 1 ? 2020)" } })).status).toBe(400);
    expect((await change(sourceId, { name: "Other", enabled: false })).status).toBe(200);
  });

  it("for another team; a team's admin makes one for the own team", async () => {
    const team = fresh("team");
    const as = person(`team:${team}:admin`);
    expect((await ask("create-source", { as, body: clockOf({ teamId: team }) })).status).toBe(201);
    expect((await ask("create-source", { as, body: clockOf() })).problem?.code).toBe("not_permitted");
  });
});

it("a test of the source shows what a tick becomes", async () => {
  const sourceId = await makeClock({ name: "Rotate the logs" });
  const message = { scheduledTime: "2026-03-02T08:30:00Z" };
  expect((await ask("test-source", { params: { sourceId }, body: { message } })).body).toMatchObject({
    items: [{ outcome: "incident", incident: { title: "Rotate the logs", status: "due" } }],
  });
  const wrong = { message: { scheduledTime: "9:30" } };
  const { body } = await ask("test-source", { params: { sourceId }, body: wrong });
  expect(body).toMatchObject({ items: [{ outcome: "refused", reason: "unmapped" }] });
  expect(JSON.stringify(body)).toContain("must be a time like");
});

it("nobody sends a tick over HTTP", async () => {
  const sourceId = await makeClock();
  const answer = await ask("take-message", { params: { sourceId }, body: { scheduledTime: "x" }, as: null });
  expect(answer.status).toBe(401);
});
