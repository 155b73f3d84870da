// Background work: the table's stream, in order and at least once, and schedules that never overlap.
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Checkpoints, openCheckpoints } from "../../../../infra/local/dynamodb/checkpoints.ts";
import { feedStream } from "../../../../infra/local/dynamodb/stream.ts";
import { runSchedule } from "../../../../infra/local/eventbridge/scheduler.ts";
import { Activity } from "../../../../infra/local/lambda/activity.ts";
import { buildArns } from "../../../../infra/local/platform/arns.ts";
import { openState, type State } from "../../../../infra/local/platform/state.ts";
import { createTable, LOCAL_CREDENTIALS, LOCAL_REGION, type TestTable } from "../../../support/dynamodb.ts";
import { dataFolder } from "../../../support/local-host.ts";
import { aroundSdkCalls } from "../../../support/sdk-calls.ts";

const arns = buildArns(LOCAL_REGION);
const log = () => undefined;
const folder = dataFolder();
let state: State;
let checkpoints: Checkpoints;
let stop = new AbortController();

beforeAll(() => {
  state = openState(folder.path);
  checkpoints = openCheckpoints(state);
});
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});
afterAll(() => {
  state.close();
  folder.remove();
});

const put = (table: TestTable, pk: string, sk: string, more: Record<string, AttributeValue> = {}) =>
  table.client.send(
    new PutItemCommand({ TableName: table.tableName, Item: { pk: { S: pk }, sk: { S: sk }, ...more } }),
  );

const EVERY_TYPE = { bytes: { B: Buffer.from([1, 2]) }, n: { N: "7" }, empty: { M: { in: { M: {} } } } };
const write = async (table: TestTable, ...names: string[]) => {
  for (const name of names) await put(table, "p", name, EVERY_TYPE);
};

/** Feeds a function that keeps what it was given; `act` decides what it answers. */
function feed(
  table: TestTable,
  act: (event: DynamoDBStreamEvent) => unknown = () => null,
  { prefix = "", activity = new Activity() } = {},
) {
  const seen: DynamoDBStreamEvent["Records"] = [];
  const invoke = async (_: string, event: unknown) => {
    const result = act(event as DynamoDBStreamEvent);
    seen.push(...(event as DynamoDBStreamEvent).Records);
    return result;
  };
  const client = new DynamoDBStreamsClient({
    endpoint: table.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const parts = { client, streamArn: table.streamArn, checkpoints, invoke, arns, log, activity };
  const done = feedStream({ target: `target-${table.tableName}`, prefix }, parts, stop.signal);
  return { seen, done, names: () => seen.map((record) => record.dynamodb?.NewImage?.["sk"]?.S) };
}

test("a change of the table reaches the function in the form that Lambda gives it", async () => {
  const table = await createTable({ stream: true });
  await write(table, "a");
  const { seen } = feed(table);
  await expect.poll(() => seen).toHaveLength(1);
  expect(seen[0]).toEqual({
    eventID: expect.any(String),
    eventName: "INSERT",
    eventVersion: expect.any(String),
    eventSource: "aws:dynamodb",
    awsRegion: LOCAL_REGION,
    eventSourceARN: table.streamArn,
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { pk: { S: "p" }, sk: { S: "a" } },
      NewImage: {
        pk: { S: "p" },
        sk: { S: "a" },
        bytes: { B: "AQI=" },
        n: { N: "7" },
        empty: { M: { in: { M: {} } } },
      },
      SequenceNumber: expect.any(String),
      SizeBytes: expect.any(Number),
      StreamViewType: "NEW_IMAGE",
    },
  });
});

test("records after a failed one wait for it, and order is kept", async () => {
  const table = await createTable({ stream: true });
  await write(table, "a", "b", "c");
  let failed = false;
  const { names } = feed(table, ({ Records }) => {
    const second = Records.find((record) => record.dynamodb?.NewImage?.["sk"]?.S === "b");
    if (failed || second === undefined) return null;
    failed = true;
    return { batchItemFailures: [{ itemIdentifier: second.dynamodb?.SequenceNumber }] };
  });
  await expect.poll(names, { timeout: 5_000 }).toEqual(["a", "b", "c", "b", "c"]);
});

test("the function gets only new items with its prefix, and the next reader continues after the others", async () => {
  const table = await createTable({ stream: true });
  await put(table, "execution#1", "a");
  await put(table, "audit#execution#1", "b");
  await put(table, "audit#execution#1", "b", { n: { N: "8" } });
  await put(table, "execution#1", "c");
  const audit = { prefix: "audit#" };
  const first = feed(table, undefined, audit);
  await expect.poll(first.names).toEqual(["b"]);
  await put(table, "audit#execution#2", "d");
  await expect.poll(first.names, { timeout: 10_000 }).toEqual(["b", "d"]);
  stop.abort();
  await first.done;
  stop = new AbortController();
  await put(table, "audit#execution#3", "e");
  const second = feed(table, undefined, audit);
  await expect.poll(second.names).toEqual(["e"]);
  expect(first.names()).toEqual(["b", "d"]);
});

test("the stream is not read while no function runs, and at once after one has run", async () => {
  const table = await createTable({ stream: true });
  const activity = new Activity();
  let reads = 0;
  const stopCounting = aroundSdkCalls((call, send) => {
    if (call.name === "GetRecords") reads++;
    return send();
  });
  const { names } = feed(table, undefined, { activity });
  await expect.poll(() => reads).toBe(1);
  const invoke = activity.watch(() => put(table, "p", "written"));
  const began = Date.now();
  await invoke("api/any", {}, { timeoutSeconds: 1 });
  await expect.poll(names).toEqual(["written"]);
  expect(Date.now() - began).toBeLessThan(4_000);
  expect(reads).toBeLessThan(20);
  stopCounting();
});

test("the next reader continues where the last one stopped", async () => {
  const table = await createTable({ stream: true });
  await write(table, "a");
  const first = feed(table);
  await expect.poll(() => first.seen).toHaveLength(1);
  stop.abort();
  await first.done;
  stop = new AbortController();
  await write(table, "b");
  const second = feed(table);
  await expect.poll(second.names).toEqual(["b"]);
});

test("a schedule runs soon after the start, with the event of a schedule, and never twice at a time", async () => {
  const calls: unknown[] = [];
  let atOnce = 0;
  let most = 0;
  const invoke = async (path: string, event: unknown) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    calls.push([path, event]);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    if (calls.length === 1) throw new Error("the first one fails");
  };
  const schedule = { everyMinutes: 1 / 60_000, target: "sweep" };
  const done = runSchedule("sweep", schedule, { invoke, arns, log }, stop.signal, 0);
  await expect.poll(() => calls.length).toBeGreaterThan(2);
  stop.abort();
  await done;
  expect(most).toBe(1);
  expect(calls[0]).toEqual([
    "events/sweep",
    expect.objectContaining({
      "detail-type": "Scheduled Event",
      source: "aws.events",
      resources: [arns.rule("default", "sweep")],
    }),
  ]);
});
