// The environment that the functions read, for a test file: its own table in the run's DynamoDB Local.
import { inject } from "vitest";
import { createTable, LOCAL_CREDENTIALS, LOCAL_REGION } from "./dynamodb.ts";

/** Points the untouched clients of the functions at a fresh table. Call before anything reads the table. */
export async function useTable(): Promise<void> {
  const { tableName } = await createTable();
  Object.assign(process.env, {
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoDbEndpoint"),
    TABLE_NAME: tableName,
  });
}
