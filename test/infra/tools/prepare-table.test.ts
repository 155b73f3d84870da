// npm run prepare-table, as a process: what it refuses, in one line, and what it leaves alone.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, UpdateTableCommand, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { setKillSwitch } from "../../../shared/application/set-kill-switch.ts";
import { INDEXES, TABLE } from "../../../shared/contract/table.ts";
import { getKillSwitch } from "../../../shared/store/controls.ts";
import { onlyLine, runCommand } from "../../support/command.ts";
import { createTable, dynamoDbClient } from "../../support/dynamodb.ts";
import { useTable } from "../../support/environment.ts";
import { startReceiver } from "../../support/receiver.ts";
import { newId } from "../../support/seed.ts";

const PROGRAM = fileURLToPath(new URL("../../../infra/tools/prepare-table.ts", import.meta.url));
const client = dynamoDbClient();
const prepare = (...args: string[]) => {
  const env = { PATH: process.env["PATH"], AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoDbEndpoint") };
  return runCommand("tools/prepare-table", args, { env });
};
const refusal = async (...args: string[]) => onlyLine(await prepare(...args));

async function otherTable(attribute: string): Promise<string> {
  const TableName = `other-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: attribute, KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: attribute, AttributeType: "S" }],
    }),
  );
  return TableName;
}

describe("it refuses", () => {
  it.each([[[]], [["a", "b"]], [["runbooks", "--now"]]])(
    "arguments that are none of its own: %j",
    async (args) => {
      expect(await refusal(...args)).toMatch(/^Usage: .*prepare-table -- TABLE/);
    },
  );

  it("a table that is not there, or is none of this service, and changes nothing", async () => {
    expect(await refusal("nowhere")).toMatch(/^There is no such table \(nowhere/);
    const other = await otherTable("id");
    expect(await refusal(other)).toBe(
      `The table ${other} is not one of this service: its keys are id HASH, not pk HASH, sk RANGE.`,
    );
  });

  it("a table that was restored without an index, before anything is written to it", async () => {
    const { tableName } = await createTable();
    await client.send(
      new UpdateTableCommand({
        TableName: tableName,
        GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-state" } }],
      }),
    );
    expect(await refusal(tableName)).toMatch(
      /lacks indexes \(by-state is (missing|DELETING)\): restore again/,
    );
  });

  it("items that expire by another attribute, and a stream that shows something else", async () => {
    const { tableName } = await createTable();
    const spec = { Enabled: true, AttributeName: "ttl" };
    const off = { Enabled: false, AttributeName: "expiresAt" };
    for (const TimeToLiveSpecification of [off, spec])
      await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
    const { code, stderr } = await prepare(tableName);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/expire by ttl, not by expiresAt: switch that off/),
    ]);
  });
});

describe("a table that is restored", () => {
  beforeAll(() => useTable());
  const table = () => process.env["TABLE_NAME"] ?? "";

  it("is paused before it has a stream", async () => {
    const { code, stdout } = await prepare(table());
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^point-in-time recovery +(not in DynamoDB Local|switched on)$/m);
    expect(await getKillSwitch(null)).toMatchObject({ paused: true, changedBy: "system:prepare-table" });
  });

  it("is prepared to the end by another run, once one was killed in the middle", async () => {
    const { tableName } = await createTable();
    const env = { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoDbEndpoint") };
    const child = spawn(process.execPath, [PROGRAM, tableName], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const said of child.stdout.setEncoding("utf8")) {
      if (String(said).includes("pause of all runs")) child.kill("SIGKILL");
    }
    const { code, stdout } = await prepare(tableName);
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^pause of all runs +(was on|left as it is)/m);
    expect(stdout).toMatch(/^stream +(switched on|was on)\nDeploy with: /m);
  });

  it("is not paused again once somebody has resumed", async () => {
    const act = () => ({
      actor: { id: "boss", name: null },
      at: new Date().toISOString(),
      auditId: newId("audit"),
      salt: newId("salt"),
    });
    await setKillSwitch({ scope: null, paused: false, reason: null }, act);
    expect((await prepare(table())).stdout).toMatch(/^pause of all runs +left as it is/m);
    expect((await getKillSwitch(null)).paused).toBe(false);
  });
});

/** What DynamoDB Local has not: tags and point-in-time recovery, as DynamoDB answers for a table that is prepared else. */
async function startDynamoDb() {
  const tags: Record<string, { Key: string; Value: string }[]> = {
    "arn:old": [
      { Key: "cost-centre", Value: "42" },
      { Key: "aws:cloudformation:stack-name", Value: "runbooks" },
    ],
    "arn:new": [],
  };
  let recovery = "DISABLED";
  const answers: Record<string, (input: Record<string, string>) => unknown> = {
    DescribeTable: ({ TableName }) => ({ Table: { ...PREPARED, TableName, TableArn: `arn:${TableName}` } }),
    DescribeTimeToLive: () => ({
      TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" },
    }),
    DescribeContinuousBackups: () => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: recovery },
      },
    }),
    UpdateContinuousBackups: () => {
      recovery = "ENABLED";
      return {};
    },
    ListTagsOfResource: ({ ResourceArn = "" }) => ({ Tags: tags[ResourceArn] }),
    TagResource: ({ ResourceArn = "", Tags }) => {
      tags[ResourceArn] = [...(tags[ResourceArn] ?? []), ...(Tags as unknown as [])];
      return {};
    },
  };
  const server = await startReceiver(({ headers, body }) => {
    const [, operation = ""] = String(headers["x-amz-target"]).split(".");
    const json = { "content-type": "application/x-amz-json-1.0" };
    return { headers: json, body: JSON.stringify(answers[operation]?.(JSON.parse(body)) ?? null) };
  });
  return { server, tags };
}

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];
const PREPARED = {
  TableStatus: "ACTIVE",
  KeySchema: keySchema(TABLE.partitionKey, TABLE.sortKey),
  GlobalSecondaryIndexes: Object.entries(INDEXES).map(([IndexName, { partitionKey, sortKey }]) => ({
    IndexName,
    KeySchema: keySchema(partitionKey, sortKey),
    Projection: { ProjectionType: "KEYS_ONLY" },
    IndexStatus: "ACTIVE",
  })),
  DeletionProtectionEnabled: true,
  SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: "arn:aws:kms:key" },
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  LatestStreamArn: "arn:new/stream/1",
};

describe("on AWS", () => {
  it("point-in-time recovery is switched on, and the tags of the old table are copied, AWS's own aside", async () => {
    const { server, tags } = await startDynamoDb();
    await using _stopped = server;
    const env = { PATH: process.env["PATH"], AWS_ENDPOINT_URL_DYNAMODB: server.url };
    const first = await runCommand("tools/prepare-table", ["new", "--tags-of", "old"], { env });
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^point-in-time recovery +switched on$/m);
    expect(first.stdout).toMatch(/^tags +copied: cost-centre$/m);
    expect(tags["arn:new"]).toEqual([{ Key: "cost-centre", Value: "42" }]);
    const again = await runCommand("tools/prepare-table", ["new", "--tags-of", "old"], { env });
    expect(again.stdout).toMatch(/^point-in-time recovery +was on\n(.*\n)*tags +were there$/m);
    expect(again.stdout).toMatch(/^Deploy with: -c tableStreamArn=arn:new\/stream\/1$/m);
  });
});
