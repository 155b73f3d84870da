// What the local database confirmed is there after it was ended at that very moment.
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { startDynamoDb } from "../../../../infra/local/dynamodb/dynamodb.ts";
import { findStablePort } from "../../../../infra/local/platform/ports.ts";
import { dataFolder } from "../../../support/local-host.ts";

const TableName = "writes";
/** DynamoDB Local answers before it commits: killed at once, it loses a confirmed write in four of five such rounds. */
const ROUNDS = 3;
const AT_ONCE = 40;
const CONFIRMED = 15;

const idOf = (round: number, n: number) => ({ pk: { S: `${round}-${n}` } });

/** Sends transactions until some are confirmed, and returns these. */
async function confirm(client: DynamoDBClient, round: number): Promise<number[]> {
  const confirmed: number[] = [];
  await new Promise<void>((enough) => {
    for (let n = 0; n < AT_ONCE; n++) {
      const items = [idOf(round, n), { pk: { S: `${round}-${n}-too` } }];
      const TransactItems = items.map((Item) => ({ Put: { TableName, Item } }));
      const note = () => {
        confirmed.push(n);
        if (confirmed.length === CONFIRMED) enough();
      };
      // What is refused because the database ends was not confirmed.
      client.send(new TransactWriteItemsCommand({ TransactItems })).then(note, () => undefined);
    }
  });
  return confirmed;
}

test("a write that was confirmed is not lost, whenever the database is ended", async () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const port = await findStablePort();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
  let database = await startDynamoDb(port, folder.path);
  onTestFinished(() => database.stop());
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const confirmed = await confirm(client, round);
    await database.stop();
    database = await startDynamoDb(port, folder.path);
    for (const n of confirmed) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: idOf(round, n), ConsistentRead: true }),
      );
      expect(Item, `write ${n} of round ${round}`).toEqual(idOf(round, n));
    }
  }
});
