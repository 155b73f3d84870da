// Gives each test file its own table in the run's DynamoDB Local.
import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { ensureTable } from "../../infra/local/dynamodb/table.ts";

export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };
export const LOCAL_REGION = "eu-central-1";

/** A client of the run's DynamoDB Local. */
export function dynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: inject("dynamoDbEndpoint"),
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
}

/** `streamArn` is empty where there is no stream. */
export type TestTable = { client: DynamoDBClient; tableName: string; endpoint: string; streamArn: string };

/**
 * A fresh table, as the contract describes it. It goes with the run. Without a stream unless one is asked for: each write
 * of a table with a stream is slower the more was written to DynamoDB Local before.
 */
export async function createTable({ stream = false } = {}): Promise<TestTable> {
  const client = dynamoDbClient();
  const tableName = `runbooks-${randomUUID()}`;
  const { streamArn } = await ensureTable(client, tableName, { stream });
  return { client, tableName, endpoint: inject("dynamoDbEndpoint"), streamArn: streamArn ?? "" };
}
