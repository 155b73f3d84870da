// EventBridge Scheduler on the local stack, through the real client: schedules are made, read, listed and deleted, and are
// due as AWS documents it.
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildArns } from "../../../../infra/local/platform/arns.ts";
import { LOOPBACK, listen } from "../../../../infra/local/platform/ports.ts";
import { openState } from "../../../../infra/local/platform/state.ts";
import { scheduler } from "../../../../infra/local/scheduler/scheduler.ts";
import { openSchedules } from "../../../../infra/local/scheduler/schedules.ts";
import { openQueueDirectory } from "../../../../infra/local/sqs/queue-directory.ts";
import { openQueues } from "../../../../infra/local/sqs/queues.ts";
import { awsEndpoint } from "../../../../infra/local/wire/aws-endpoint.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { dataFolder } from "../../../support/local-host.ts";

const arns = buildArns(LOCAL_REGION);
const QUEUE = "ticks";
let folder: ReturnType<typeof dataFolder>;
let stack: Awaited<ReturnType<typeof start>>;
let clock: Date;

/** The scheduler of a stack, over the state in the folder. */
async function start() {
  const state = openState(folder.path);
  const queues = openQueues(state);
  const directory = openQueueDirectory(state, { [QUEUE]: {} });
  const schedules = openSchedules({ state, queues, directory, arns, now: () => clock });
  const functions = () => null;
  const endpoint = awsEndpoint(
    { services: [], rest: scheduler(schedules, directory, arns), functions },
    () => undefined,
  );
  const port = await listen(endpoint, 0, "AWS_PORT");
  const client = new SchedulerClient({
    endpoint: `http://${LOOPBACK}:${port}`,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const running = new AbortController();
  const run = schedules.run(running.signal);
  const stop = async () => {
    running.abort();
    await run;
    client.destroy();
    await new Promise((resolve) => endpoint.close(resolve));
    state.close();
  };
  return { client, queues, stop };
}

beforeEach(async () => {
  folder = dataFolder();
  clock = new Date("2026-03-02T08:00:30Z");
  stack = await start();
});
afterEach(async () => {
  await stack.stop();
  folder.remove();
});

const named = (Name: string, more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name,
  GroupName: "runbooks",
  ScheduleExpression: "cron(0/15 * * * ? *)",
  ScheduleExpressionTimezone: "Europe/Berlin",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: {
    Arn: arns.queue(QUEUE),
    RoleArn: arns.schedulerRole,
    Input: '{"at":"<aws.scheduler.scheduled-time>","of":"<aws.scheduler.schedule-arn>"}',
  },
  ...more,
});
const create = (...given: Parameters<typeof named>) =>
  stack.client.send(new CreateScheduleCommand(named(...given)));
const get = (Name: string) => stack.client.send(new GetScheduleCommand({ Name, GroupName: "runbooks" }));

/** The times that were sent, as the queue holds them. */
function sent(): string[] {
  const messages = stack.queues.receive(QUEUE, 100, 60_000);
  for (const { receipt } of messages) stack.queues.delete(QUEUE, receipt);
  return messages.map(({ body }) => String(JSON.parse(body).at));
}

/** It is this time now; answers what was sent by the time that a schedule of every minute has been sent once more. */
async function passTo(time: string): Promise<string[]> {
  clock = new Date(time);
  const seen: string[] = [];
  const waiting = () => {
    seen.push(...sent());
    return seen.length;
  };
  await expect.poll(waiting).toBeGreaterThan(0);
  return seen;
}

describe("a schedule", () => {
  it("is read as it was made", async () => {
    const { ScheduleArn } = await create("a");
    expect(ScheduleArn).toBe("arn:aws:scheduler:eu-central-1:000000000000:schedule/runbooks/a");
    expect(await get("a")).toMatchObject({
      ...named("a"),
      Arn: ScheduleArn,
      State: "ENABLED",
      CreationDate: clock,
      LastModificationDate: clock,
    });
  });

  it("has its name for itself, but the same request again makes nothing new", async () => {
    await create("a", { ClientToken: "token-1" });
    expect(await create("a", { ClientToken: "token-1" })).toHaveProperty("ScheduleArn");
    await expect(create("a", { ClientToken: "token-2" })).rejects.toMatchObject({
      name: "ConflictException",
    });
  });

  it("is replaced as a whole by a change", async () => {
    await create("a", { Description: "old" });
    await stack.client.send(new UpdateScheduleCommand(named("a", { ScheduleExpression: "rate(1 hour)" })));
    const { ScheduleExpression, Description } = await get("a");
    expect({ ScheduleExpression, Description }).toEqual({ ScheduleExpression: "rate(1 hour)" });
  });

  it("that is not there is not found, whatever is asked of it", async () => {
    const one = { Name: "nobody", GroupName: "runbooks" };
    for (const asked of [
      stack.client.send(new GetScheduleCommand(one)),
      stack.client.send(new DeleteScheduleCommand(one)),
      stack.client.send(new UpdateScheduleCommand(named("nobody"))),
    ])
      await expect(asked).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("is gone when it is deleted", async () => {
    await create("a");
    await stack.client.send(new DeleteScheduleCommand({ Name: "a", GroupName: "runbooks" }));
    await expect(get("a")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it.each([
    ["a zone that nobody knows", { ScheduleExpressionTimezone: "Europe/Atlantis" }],
    ["five fields", { ScheduleExpression: "cron(0 9 * * ?)" }],
    ["at(…), which no source uses", { ScheduleExpression: "at(2027-01-01T00:00:00)" }],
    ["31 February", { ScheduleExpression: "cron(0 9 31 2 ? *)" }],
    ["a window of time", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } }],
    ["a key of its own", { KmsKeyArn: "arn:aws:kms:eu-central-1:000000000000:key/1" }],
    ["a queue that is not there", { Target: { Arn: arns.queue("nowhere"), RoleArn: arns.schedulerRole } }],
  ] as const)("is refused with %s", async (_, more) => {
    await expect(create("a", more)).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("needs a group that is there; groups are given", async () => {
    await expect(create("a", { GroupName: "others" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    const made = stack.client.send(new CreateScheduleGroupCommand({ Name: "others" }));
    await expect(made).rejects.toThrow("not implemented by the local stack");
  });
});

describe("the list", () => {
  it("has those of a group that begin so, page by page", async () => {
    for (const name of ["b.1", "a.1", "b.2", "b.3"]) await create(name);
    await create("b.4", { GroupName: "default" });
    const names: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const asked = {
        GroupName: "runbooks",
        NamePrefix: "b.",
        MaxResults: 2,
        ...(NextToken && { NextToken }),
      };
      const page = await stack.client.send(new ListSchedulesCommand(asked));
      names.push((page.Schedules ?? []).map(({ Name }) => Name));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(names).toEqual([["b.1", "b.2"], ["b.3"]]);
  });
});

describe("when it is due", () => {
  it("its input goes to the queue, with the time at which it was due", async () => {
    await create("a");
    expect(await passTo("2026-03-02T08:15:02Z")).toEqual(["2026-03-02T08:15:00Z"]);
    expect(await passTo("2026-03-02T08:30:00Z")).toEqual(["2026-03-02T08:30:00Z"]);
  });

  it("what was missed over hours without a stack is sent once, and the next one in time", async () => {
    await create("a");
    await stack.stop();
    clock = new Date("2026-03-02T14:50:00Z");
    stack = await start();
    expect(await passTo("2026-03-02T14:50:00Z")).toEqual(["2026-03-02T14:45:00Z"]);
    expect(await passTo("2026-03-02T15:00:01Z")).toEqual(["2026-03-02T15:00:00Z"]);
  });

  it("nothing is sent again after a restart", async () => {
    await create("a");
    await passTo("2026-03-02T08:15:02Z");
    await stack.stop();
    stack = await start();
    expect(await passTo("2026-03-02T08:30:02Z")).toEqual(["2026-03-02T08:30:00Z"]);
  });

  it("a rate begins at its start, or at once without one", async () => {
    await create("later", {
      ScheduleExpression: "rate(1 hour)",
      StartDate: new Date("2026-03-02T08:20:00Z"),
    });
    expect(await passTo("2026-03-02T08:20:05Z")).toEqual(["2026-03-02T08:20:00Z"]);
    expect(await passTo("2026-03-02T09:20:05Z")).toEqual(["2026-03-02T09:20:00Z"]);
    await create("at-once", { ScheduleExpression: "rate(1 hour)" });
    expect(await passTo("2026-03-02T09:20:06Z")).toEqual(["2026-03-02T09:20:05Z"]);
  });

  it("a disabled one is silent, and one that has ended too", async () => {
    await create("off", { State: "DISABLED" });
    await create("over", { EndDate: new Date("2026-03-02T08:20:00Z") });
    await create("a", { ScheduleExpression: "cron(50 * * * ? *)" });
    expect((await passTo("2026-03-02T08:50:10Z")).toSorted()).toEqual([
      "2026-03-02T08:15:00Z",
      "2026-03-02T08:50:00Z",
    ]);
    expect(await passTo("2026-03-02T09:50:10Z")).toEqual(["2026-03-02T09:50:00Z"]);
  });

  it("the hour that Berlin's clocks skip is skipped, and the one that they repeat comes once", async () => {
    await create("night", { ScheduleExpression: "cron(30 2 * * ? *)" });
    clock = new Date("2026-03-28T12:00:00Z");
    await stack.client.send(
      new UpdateScheduleCommand(named("night", { ScheduleExpression: "cron(30 2 * * ? *)" })),
    );
    expect(await passTo("2026-03-30T12:00:00Z")).toEqual(["2026-03-30T00:30:00Z"]);
    clock = new Date("2026-10-24T12:00:00Z");
    await stack.client.send(
      new UpdateScheduleCommand(named("night", { ScheduleExpression: "cron(30 2 * * ? *)" })),
    );
    expect(await passTo("2026-10-25T00:31:00Z")).toEqual(["2026-10-25T00:30:00Z"]);
    expect(await passTo("2026-10-26T01:31:00Z")).toEqual(["2026-10-26T01:30:00Z"]);
  });
});
