// A local stack over what the last release left behind, at the time when it was recorded, with its keys.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CAST, Session } from "../../infra/docs/examples.ts";
import { startHost } from "../../infra/local/host/host.ts";
import type { Host } from "../../infra/local/host/parts.ts";
import { createInvoker, loadFromFunctions } from "../../infra/local/lambda/lambda.ts";
import { TABLE } from "../../shared/contract/table.ts";
import { createTable, LOCAL_CREDENTIALS, LOCAL_REGION } from "../support/dynamodb.ts";
import { dataFolder, tokenOf } from "../support/local-host.ts";
import { hastyWorkflow } from "../support/workflow.ts";
import { readRelease } from "./release.ts";

const { kmsKey, ownKeys, underWay } = readRelease("release.json");

/** Nothing runs by itself: no schedule calls, and nobody reads the stream. */
export async function startRestored() {
  const folder = dataFolder();
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(join(folder.path, "kms-key.json"), JSON.stringify(kmsKey), { mode: 0o600 });
  const table = await createTable();
  await fill(table.client, table.tableName);
  const settings = { apiPort: 0, awsPort: 0, dynamoDbPort: 0, dataDir: folder.path, region: LOCAL_REGION };
  const quiet = { log: () => undefined, schedules: {}, streamTargets: {} };
  const parts = { ...quiet, workflow: hastyWorkflow, dynamoDb: table };
  const host = await startHost(settings, parts);
  await giveOwnKeys(host.aws);
  const call = createInvoker(loadFromFunctions, host.arns);
  const invoke = (path: string, event: unknown) => call(path, event, { timeoutSeconds: 20 });
  const token = (user: string, ...groups: string[]) => tokenOf(host.identity, { user, groups });
  const stop = async () => {
    await host.stop();
    folder.remove();
  };
  const session = new Session({ api: host.api, token }, CAST);
  return { ...host, session, invoke, stop, ...runsOf(host, session) };
}

type Run = { status: string; attempts: object[]; error: { code: string } | null };

function runsOf({ aws: endpoint, arns }: Host, session: Session) {
  const sfn = new SFNClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  return {
    /** Starts the run's state machine with what it was started with. */
    goOn: async (id: string) => {
      const input = JSON.stringify(underWay.inputs.find((given) => JSON.stringify(given).includes(id)));
      await sfn.send(new StartExecutionCommand({ stateMachineArn: arns.stateMachine, name: id, input }));
    },
    runOf: async (id: string) => Object((await session.ask("GET", `/executions/${id}`)).answer.body) as Run,
  };
}

/** Addresses and cursors differ in each stack. */
export const comparable = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (name, value: unknown) =>
      name === "nextCursor" ? Boolean(value) : value,
    ).replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:0"),
  );

type Item = Record<string, AttributeValue>;

/** DynamoDB Local deletes what has expired by its own clock: each item lasts as much longer as the release is old. */
async function fill(client: DynamoDBClient, tableName: string): Promise<void> {
  const items = readRelease("items.json") as unknown as Item[];
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((item) => ({ PutRequest: { Item: unexpired(item) } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error("DynamoDB Local did not take all");
  }
}

const FAR_SECONDS = 100 * 365 * 24 * 3600;

function unexpired(item: Item): Item {
  const { [TABLE.expiry]: expiry } = item;
  return expiry?.N ? { ...item, [TABLE.expiry]: { N: String(Number(expiry.N) + FAR_SECONDS) } } : item;
}

async function giveOwnKeys(endpoint: string): Promise<void> {
  const client = new SecretsManagerClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  for (const [SecretId, SecretString] of Object.entries(ownKeys)) {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  }
}
