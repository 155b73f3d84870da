// The restore of docs/operations.md, "Backup and restore": each step of it, on a whole local stack that has lost data.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { INDEXES, KEYS, TABLE } from "../../../shared/contract/table.ts";
import { runCommand } from "../../support/command.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../support/dynamodb.ts";
import { incidentEvent } from "../../support/events.ts";
import { type HostProcess, spawnLocalHost } from "../../support/local-host.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

const BOSS = { user: "boss", groups: ["platform-admin"] };
const RESTORED = "runbooks-restored";
const config = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
const guide = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
const dataDir = mkdtempSync(`${tmpdir()}/restore-`);

let host: HostProcess;
let receiver: Receiver;
let documents: DynamoDBDocumentClient;
let holding = false;
let letGo: Array<() => void> = [];
/** Items of the table at the time that it is restored to. */
let backup: Record<string, unknown>[] = [];
let restoredTo = "";
const runs = { before: "", underWay: "", queued: "", after: "" };
const runbooks = { plain: "", single: "", automated: "" };
/** An event of the time that the restored table has forgotten. */
let lost = {};

beforeAll(async () => {
  receiver = await startReceiver(async () => {
    if (holding) await new Promise<void>((go) => letGo.push(go));
    return { status: 200 };
  });
  host = await spawnLocalHost(dataDir, { POWERTOOLS_LOG_LEVEL: "ERROR" });
  documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: host.dynamoDb, ...config }));
});
afterAll(async () => {
  documents.destroy();
  await host.end("SIGTERM");
  await receiver.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const WithId = z.looseObject({ id: z.string() });
const Run = z.looseObject({ status: z.string() });
const idOf = ({ body, status, text }: Awaited<ReturnType<HostProcess["ask"]>>) => {
  expect(status, text).toBeLessThan(300);
  return WithId.parse(body).id;
};
const create = async (path: string, body: object) => idOf(await host.ask("POST", path, { as: BOSS, body }));
const start = (runbookId: string) =>
  host.ask("POST", `/runbooks/${runbookId}/executions`, { as: BOSS, body: {} });
const read = async (id: string) => Run.parse((await host.ask("GET", `/executions/${id}`, { as: BOSS })).body);
const statusOf = async (id: string) => (await read(id)).status;
const ends = (id: string, status: string) =>
  expect.poll(() => statusOf(id), { timeout: 30_000 }).toBe(status);
const callsOf = (id: string) =>
  receiver.requests.filter(({ headers }) => headers["webhook-id"] === id).length;
const pause = (paused: boolean) =>
  host.ask("PUT", "/controls", {
    as: BOSS,
    body: { scope: null, paused, ...(paused && { reason: "Restore" }) },
  });

/** A queue gives this event to its function again, as after a redrive or a replay. */
async function redeliver(event: object): Promise<void> {
  const sqs = new SQSClient({ endpoint: host.aws, ...config });
  const QueueUrl = `${host.aws}/000000000000/incidents`;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
  sqs.destroy();
}

async function scan(TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let ExclusiveStartKey: Record<string, unknown> | undefined; ; ) {
    const page = await documents.send(
      new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (!ExclusiveStartKey) return items;
  }
}

/** As DynamoDB restores: keys, indexes and items; neither stream nor expiry nor protection. */
async function restore(TableName: string, items: readonly Record<string, unknown>[]): Promise<void> {
  const schemaOf = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) => ({
    KeySchema: [
      { AttributeName: partitionKey, KeyType: "HASH" as const },
      { AttributeName: sortKey, KeyType: "RANGE" as const },
    ],
  });
  const names = new Set(
    [TABLE, ...Object.values(INDEXES)].flatMap((keys) => [keys.partitionKey, keys.sortKey]),
  );
  await documents.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      ...schemaOf(TABLE),
      AttributeDefinitions: [...names].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S" as const,
      })),
      GlobalSecondaryIndexes: Object.entries(INDEXES).map(([IndexName, keys]) => ({
        IndexName,
        ...schemaOf(keys),
        Projection: { ProjectionType: "KEYS_ONLY" as const },
      })),
    }),
  );
  for (let i = 0; i < items.length; i += 25) {
    const puts = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
  }
}

const tool = (name: string, args: string[], env: Record<string, string> = {}) =>
  runCommand(`tools/${name}`, args, {
    env: { PATH: process.env["PATH"], AWS_ENDPOINT_URL_DYNAMODB: host.dynamoDb, ...env },
  });
const verify = (TABLE_NAME: string) => tool("verify-audit", [], { TABLE_NAME });
const prepare = () => tool("prepare-table", [RESTORED, "--tags-of", "runbooks"]);

async function makeRunbook(name: string, given: object = {}): Promise<string> {
  const id = await create("/runbooks", {
    ...{ name, description: "Does it", webhookUrl: receiver.url, teamId: null, payloadTemplate: "{}" },
    ...given,
  });
  await host.ask("POST", `/runbooks/${id}/approve`, { as: BOSS, body: { version: 1 } });
  return id;
}

async function liveBefore(): Promise<void> {
  runbooks.plain = await makeRunbook("Plain");
  runbooks.single = await makeRunbook("One at a time", { concurrency: { limit: 1, onLimit: "queue" } });
  runbooks.automated = await makeRunbook("Automated");
  const pattern = { "detail-type": ["Incident Created"] };
  const automated = { name: "On incident", runbookId: runbooks.automated, pattern, oncePerIncident: false };
  await create("/automations", automated);
  runs.before = idOf(await start(runbooks.plain));
  await ends(runs.before, "SUCCESS");
  holding = true;
  runs.underWay = idOf(await start(runbooks.single));
  await expect.poll(() => callsOf(runs.underWay)).toBe(1);
  runs.queued = idOf(await start(runbooks.single));
  expect(await statusOf(runs.queued)).toBe("PENDING");
}

/** What happens after the time that is restored to. */
async function liveAfter(): Promise<void> {
  holding = false;
  for (const go of letGo) go();
  letGo = [];
  await ends(runs.underWay, "SUCCESS");
  await ends(runs.queued, "SUCCESS");
  lost = incidentEvent({ incidentId: "INC-LOST" });
  await redeliver(lost);
  const listed = async () => {
    const { body } = await host.ask("GET", `/runbooks/${runbooks.automated}/executions`, { as: BOSS });
    return z.looseObject({ items: z.array(WithId) }).parse(body).items;
  };
  await expect.poll(listed).toHaveLength(1);
  runs.after = (await listed())[0]?.id ?? "";
  await ends(runs.after, "SUCCESS");
}

async function damage(): Promise<void> {
  for (const Key of [KEYS.runbookState(runbooks.plain), KEYS.execution(runs.before)])
    await documents.send(new DeleteCommand({ TableName: "runbooks", Key }));
}

/** In the order of the guide, and with its words. */
const STEPS: Record<string, () => Promise<void>> = {
  Pause: async () => {
    expect((await pause(true)).status).toBe(200);
    expect((await start(runbooks.single)).status).toBe(409);
  },
  Restore: async () => {
    await restore(RESTORED, backup);
  },
  Prepare: async () => {
    const { code, stdout, stderr } = await prepare();
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^keys and indexes +as they should be$/m);
    expect(stdout).toMatch(/^pause of all runs +switched on/m);
    expect(stdout).toMatch(/^expiry of items +switched on$/m);
    expect(stdout).toMatch(/^stream +switched on$/m);
    expect(stdout).toMatch(
      /^Deploy with: -c tableStreamArn=arn:aws:dynamodb:.*:table\/runbooks-restored\/stream\/.*$/m,
    );
    const again = await prepare();
    expect(again.stdout).not.toContain("switched on");
    expect(again.stdout).toMatch(/^pause of all runs +left as it is/m);
  },
  Verify: async () => {
    expect((await verify("runbooks")).code).toBe(1);
    expect(await verify(RESTORED)).toMatchObject({ code: 0, stderr: "" });
  },
  Point: async () => {
    await host.end("SIGTERM");
    host = await spawnLocalHost(dataDir, { POWERTOOLS_LOG_LEVEL: "ERROR", DYNAMODB_TABLE: RESTORED });
    documents.destroy();
    documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: host.dynamoDb, ...config }));
    expect(await statusOf(runs.before)).toBe("SUCCESS");
  },
  Sweep: async () => {
    await ends(runs.underWay, "FAILED");
    await ends(runs.queued, "FAILED");
    const ended = [await read(runs.underWay), await read(runs.queued)];
    expect(ended.map(({ error }) => error)).toMatchObject([
      { code: "outcome_unknown" },
      { code: "internal_failure" },
    ]);
    expect([callsOf(runs.underWay), callsOf(runs.queued)]).toEqual([1, 1]);
  },
  Replay: async () => {
    await redeliver({ ...lost, "replay-name": "after-restore" });
    const decided = async () => (await host.ask("GET", "/decisions?incidentId=INC-LOST", { as: BOSS })).body;
    await expect.poll(decided).toMatchObject({ items: [{ outcome: "skipped", reason: "replay" }] });
    expect((await host.ask("GET", "/incidents/INC-LOST", { as: BOSS })).status).toBe(200);
  },
  Compare: async () => {
    const env = { AWS_ENDPOINT_URL_SFN: host.aws, TABLE_NAME: RESTORED, STATE_MACHINE_ARN: MACHINE };
    const { code, stdout } = await tool("forgotten-runs", ["--since", restoredTo], env);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^${runs.after} SUCCEEDED started .*, ended .*\n1 runs are forgotten`),
      ),
    ]);
  },
  Resume: async () => {
    expect((await pause(false)).status).toBe(200);
    await redeliver(lost);
    await redeliver(incidentEvent({ incidentId: "INC-NEW" }));
    const called = () => receiver.requests.length;
    await expect.poll(called).toBe(5);
    const { body } = await host.ask("GET", "/decisions?incidentId=INC-LOST", { as: BOSS });
    expect(body).toMatchObject({ items: [{ outcome: "skipped" }] });
    expect(await verify(RESTORED)).toMatchObject({ code: 0, stderr: "" });
    expect(called()).toBe(5);
    const next = idOf(await start(runbooks.single));
    // The place of the run that was under way is free once its call is over for certain, and the sweep has seen it.
    await expect.poll(() => statusOf(next), { timeout: 180_000, interval: 500 }).toBe("SUCCESS");
  },
};
const MACHINE = `arn:aws:states:${LOCAL_REGION}:000000000000:stateMachine:runbook-executions`;

describe("a restore as the guide has it", () => {
  it("begins with a service that lives, is copied, lives on, and loses data", async () => {
    await liveBefore();
    restoredTo = new Date().toISOString();
    backup = await scan("runbooks");
    await liveAfter();
    await damage();
  }, 120_000);

  it.each(Object.entries(STEPS))("%s", async (_step, play) => play(), 240_000);

  it("is played here step by step", () => {
    const [, section = ""] = guide.split("\n## Backup and restore\n");
    const [steps = ""] = section.split("\n### ");
    expect([...steps.matchAll(/^\d+\. \*\*(\w+)\*\*/gm)].map(([, step]) => step)).toEqual(Object.keys(STEPS));
  });
});
