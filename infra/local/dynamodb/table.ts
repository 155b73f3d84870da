// Creates the table in DynamoDB Local from the contract, and upgrades the table of an older data folder.
import { setTimeout as pause } from "node:timers/promises";
import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { INDEXES, TABLE } from "../../../shared/contract/table.ts";
import { HostError } from "../platform/errors.ts";

/** DynamoDB Local usually creates an index within a second. A busy one occasionally never does. */
const INDEX_LIMIT_MS = 60_000;

/** Idempotent: creates missing resources only. Returns the ARN of the table's stream, or null if none is requested. */
export async function ensureTable(
  client: DynamoDBClient,
  table: string,
  { stream = true } = {},
): Promise<{ streamArn: string | null }> {
  const found = (await describeTable(client, table)) ?? (await createTable(client, table, stream));
  await addMissingIndexes(client, table, found);
  const streamArn = found.LatestStreamArn;
  if (stream && streamArn === undefined) throw new Error(`The table ${table} has no stream`);
  return { streamArn: streamArn ?? null };
}

async function describeTable(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function createTable(
  client: DynamoDBClient,
  table: string,
  stream: boolean,
): Promise<TableDescription> {
  const made = await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      ...keysOf(TABLE),
      AttributeDefinitions: attributes(),
      GlobalSecondaryIndexes: Object.keys(INDEXES).map(buildIndex),
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } }),
    }),
  );
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: table,
      TimeToLiveSpecification: { Enabled: true, AttributeName: TABLE.expiry },
    }),
  );
  if (made.TableDescription === undefined) throw new Error(`The table ${table} could not be created`);
  return made.TableDescription;
}

/** DynamoDB adds one index per call, and rejects the next call until that index is active. */
async function addMissingIndexes(
  client: DynamoDBClient,
  table: string,
  found: TableDescription,
): Promise<void> {
  const present = new Set(found.GlobalSecondaryIndexes?.map((index) => index.IndexName));
  for (const name of Object.keys(INDEXES).filter((index) => !present.has(index))) {
    await client.send(
      new UpdateTableCommand({
        TableName: table,
        AttributeDefinitions: attributes(),
        GlobalSecondaryIndexUpdates: [{ Create: buildIndex(name) }],
      }),
    );
    await waitForIndexes(client, table);
  }
}

async function waitForIndexes(client: DynamoDBClient, table: string): Promise<void> {
  const deadline = Date.now() + INDEX_LIMIT_MS;
  while (Date.now() < deadline) {
    const indexes = (await describeTable(client, table))?.GlobalSecondaryIndexes ?? [];
    if (indexes.every((index) => index.IndexStatus === "ACTIVE")) return;
    await pause(50);
  }
  throw new HostError(
    `DynamoDB Local does not finish an index of the table ${table}: start again, or delete the data folder to start over.`,
  );
}

const all = Object.entries(INDEXES);

function buildIndex(name: string) {
  const index = all.find(([key]) => key === name)?.[1];
  if (index === undefined) throw new Error(`No index is named ${name}`);
  return { IndexName: name, ...keysOf(index), Projection: { ProjectionType: "KEYS_ONLY" as const } };
}

function keysOf(keys: { partitionKey: string; sortKey: string }) {
  return {
    KeySchema: [
      { AttributeName: keys.partitionKey, KeyType: "HASH" as const },
      { AttributeName: keys.sortKey, KeyType: "RANGE" as const },
    ],
  };
}

function attributes(): AttributeDefinition[] {
  const names = [TABLE, ...all.map(([, index]) => index)].flatMap((keys) => [
    keys.partitionKey,
    keys.sortKey,
  ]);
  return [...new Set(names)].map((name) => ({ AttributeName: name, AttributeType: "S" }));
}
