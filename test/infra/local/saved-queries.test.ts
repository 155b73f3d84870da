// The saved queries, run over the lines that a local stack really writes: each finds its lines, and no others.
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { BUS } from "../../../shared/contract/events.ts";
import { SAVED_QUERIES } from "../../../shared/contract/saved-queries.ts";
import { dataFolder, type HostProcess, spawnLocalHost } from "../../support/local-host.ts";
import { type Line, queriedFields, selectLines } from "../../support/logs-insights.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

const boss = { user: "boss", groups: ["platform-admin", "team:payments:responder"] };
const PATIENTLY = { timeout: 60_000, interval: 100 };
const Identified = z.looseObject({ id: z.string() });
const AWS = { region: "eu-central-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

const folder = dataFolder();
let host: HostProcess;
let receiver: Receiver;
/** Ids of a run that succeeded, of one that failed, and of the request that started the first. */
const ids = { succeeded: "", failed: "", request: "" };

const lines = (): Line[] =>
  host
    .stderr()
    .split("\n")
    .flatMap((line) => (line.startsWith('{"level"') ? [JSON.parse(line)] : []));
const find = (name: keyof typeof SAVED_QUERIES, id = "…") =>
  selectLines(SAVED_QUERIES[name].query.replaceAll("…", id), lines());

async function startRun(name: string): Promise<{ id: string; request: string }> {
  const definition = { teamId: "payments", name, description: name, payloadTemplate: "{}" };
  const webhookUrl = `${receiver.url}/${name}`;
  const made = await host.ask("POST", "/runbooks", { as: boss, body: { ...definition, webhookUrl } });
  const { id } = Identified.parse(made.body);
  await host.ask("POST", `/runbooks/${id}/approve`, { as: boss, body: { version: 1 } });
  const started = await host.ask("POST", `/runbooks/${id}/executions`, { as: boss, body: {} });
  const request = started.headers.get("x-request-id") ?? "";
  return { id: Identified.parse(started.body).id, request };
}

async function loseTheTable(): Promise<void> {
  const dynamoDb = new DynamoDBClient({ endpoint: host.dynamoDb, ...AWS });
  await dynamoDb.send(new DeleteTableCommand({ TableName: "runbooks" }));
  dynamoDb.destroy();
  expect((await host.ask("GET", "/runbooks", { as: boss })).status).toBeGreaterThanOrEqual(500);
}

async function reportNonsense(): Promise<void> {
  const bus = new EventBridgeClient({ endpoint: host.aws, ...AWS });
  const Detail = JSON.stringify({ incident: "none" });
  const Entries = [{ EventBusName: BUS, Source: "oncall.incidents", DetailType: "Incident Created", Detail }];
  await bus.send(new PutEventsCommand({ Entries }));
  bus.destroy();
}

beforeAll(async () => {
  [host, receiver] = await Promise.all([
    spawnLocalHost(folder.path),
    startReceiver(({ path }) => ({ status: path === "/refused" ? 400 : 200 })),
  ]);
  const [succeeded, failed] = [await startRun("taken"), await startRun("refused")];
  Object.assign(ids, { succeeded: succeeded.id, failed: failed.id, request: succeeded.request });
  await reportNonsense();
  const ended = () => lines().filter(({ task }) => task === "complete-execution").length;
  await vi.waitFor(() => expect(ended()).toBe(2), PATIENTLY);
  await vi.waitFor(() => expect(find("rejected events")).not.toEqual([]), PATIENTLY);
  await loseTheTable();
  await vi.waitFor(() => expect(find("failures by route")).not.toEqual([]), PATIENTLY);
}, 240_000);
afterAll(async () => {
  await host?.end("SIGTERM");
  await receiver?.close();
  folder.remove();
});

describe("one run or request", () => {
  const about = (id: string) => lines().filter((line) => JSON.stringify(line).includes(id));

  it("finds every line of a run by its id, and of no other", () => {
    const found = find("one run or request", ids.failed);
    expect(found).toEqual(about(ids.failed));
    expect(found.map(({ task, route }) => task ?? route)).toEqual(
      expect.arrayContaining(["start-execution", "deliver-webhook", "complete-execution"]),
    );
  });

  it("reads fields that some lines have", () => {
    const unknown = queriedFields(SAVED_QUERIES["one run or request"].query).filter(
      ({ valueIn }) => !lines().some((line) => valueIn(line) !== undefined),
    );
    expect(unknown.map(({ field }) => field)).toEqual([]);
  });

  it("finds the run by the trace id that its receiver got", () => {
    const called = receiver.requests.find(({ path }) => path === "/refused");
    const [, trace = ""] = String(called?.headers["traceparent"]).split("-");
    const found = find("one run or request", trace);
    expect(new Set(found.map(({ executionId }) => executionId))).toEqual(new Set([ids.failed]));
  });
});

describe.each([
  ["failures by route", (line: Line) => line["level"] === "ERROR" && "route" in line],
  ["runs that failed", (line: Line) => JSON.stringify(line).includes(ids.failed)],
  ["slow deliveries", (line: Line) => line["task"] === "deliver-webhook"],
  ["rejected events", (line: Line) => line["message"] === "rejected"],
] as const)("%s", (name, isMeant) => {
  it("finds the lines that it is about, and no other", () => {
    const found = find(name);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((line) => !isMeant(line))).toEqual([]);
    expect(found.length).toBeLessThan(lines().length);
  });

  it("reads fields that each of these lines has", () => {
    const found = find(name);
    const read = queriedFields(SAVED_QUERIES[name].query);
    expect(read.length).toBeGreaterThan(0);
    for (const { field, valueIn } of read)
      expect(
        found.map(valueIn).filter((value) => value === undefined || value === null),
        field,
      ).toEqual([]);
  });
});

it("a run that succeeded is in none of those about failures", () => {
  const failures = [...find("failures by route"), ...find("runs that failed")];
  expect(JSON.stringify(failures)).not.toContain(ids.succeeded);
});
