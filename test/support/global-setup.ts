// Starts one DynamoDB Local, in memory, for all test files of a run, and ends it with the run.
import type { TestProject } from "vitest/node";
import { startDynamoDb } from "../../infra/local/dynamodb/dynamodb.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbEndpoint: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dynamoDb = await startDynamoDb(await findFreePort(), null);
  project.provide("dynamoDbEndpoint", dynamoDb.endpoint);
  return dynamoDb.stop;
}
