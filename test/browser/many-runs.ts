// Copies a run as often as it takes to fill a list, as items of the table.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { newId } from "../support/seed.ts";

const BATCH = 25;
const AT_ONCE = 4;

/** `endpoint`: of the table's database. All items of the run are copied, each copy with an id of its own. */
export async function copyRun(endpoint: string, executionId: string, count: number): Promise<void> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials });
  const table = DynamoDBDocumentClient.from(client);
  const { Items = [] } = await table.send(new ScanCommand({ TableName: "runbooks" }));
  const texts = Items.map((item) => JSON.stringify(item)).filter((text) => text.includes(executionId));
  const mains = texts.filter((text) => text.includes('"runbookName"') && !text.includes('"sequence"'));
  const items = Array.from({ length: count }, () => {
    const id = newId("execution");
    return mains.map((text) => JSON.parse(text.replaceAll(executionId, id)) as Record<string, unknown>);
  }).flat();
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) =>
    items.slice(n * BATCH, (n + 1) * BATCH).map((Item) => ({ PutRequest: { Item } })),
  );
  const writeRest = async () => {
    for (let runbooks = batches.pop(); runbooks; runbooks = batches.pop())
      await table.send(new BatchWriteCommand({ RequestItems: { runbooks } }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writeRest));
  client.destroy();
}
