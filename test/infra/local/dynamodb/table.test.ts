// The local table: what the contract says, and brought up to it when the data folder is older.
import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { startDynamoDb } from "../../../../infra/local/dynamodb/dynamodb.ts";
import { ensureTable } from "../../../../infra/local/dynamodb/table.ts";
import { findFreePort } from "../../../../infra/local/platform/ports.ts";
import { INDEXES, TABLE } from "../../../../shared/contract/table.ts";
import { createTable, LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";

test("the table has the contract's keys, indexes, expiry and a stream of new images", async () => {
  const { client, tableName } = await createTable({ stream: true });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  const expiry = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
  expect(Table?.KeySchema?.map((key) => key.AttributeName)).toEqual([TABLE.partitionKey, TABLE.sortKey]);
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
  expect(expiry.TimeToLiveDescription?.AttributeName).toBe(TABLE.expiry);
  const indexes = Table?.GlobalSecondaryIndexes?.map((index) => [
    index.IndexName,
    index.KeySchema?.map((key) => key.AttributeName),
    index.Projection?.ProjectionType,
  ]);
  const promised = Object.entries(INDEXES).map(([name, index]) => [
    name,
    [index.partitionKey, index.sortKey],
    "KEYS_ONLY",
  ]);
  expect(indexes?.sort()).toEqual(promised.sort());
});

test("a table of an older data folder gets the indexes that it lacks and keeps its items", async () => {
  // Its own DynamoDB Local, like a starting host: a busy one may leave an index unfinished.
  const dynamoDb = await startDynamoDb(await findFreePort(), null);
  onTestFinished(dynamoDb.stop);
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const tableName = `older-${randomUUID()}`;
  const older = Object.entries(INDEXES).slice(1);
  const names = [TABLE, ...older.map(([, index]) => index)].flatMap((k) => [k.partitionKey, k.sortKey]);
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...new Set(names)].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: keySchema(TABLE),
      GlobalSecondaryIndexes: older.map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  await client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: "a" }, sk: { S: "b" } } }));
  await ensureTable(client, tableName);
  await ensureTable(client, tableName);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort()).toEqual(
    Object.keys(INDEXES).sort(),
  );
  expect(Table?.ItemCount).toBe(1);
});

function keySchema(keys: { partitionKey: string; sortKey: string }) {
  return [
    { AttributeName: keys.partitionKey, KeyType: "HASH" as const },
    { AttributeName: keys.sortKey, KeyType: "RANGE" as const },
  ];
}
