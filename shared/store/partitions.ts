// Reads the whole table, partition by partition. For operators' tools only, never for handlers.
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { LISTS } from "../contract/lists.ts";
import { callTable, openTable } from "./client.ts";
import { type Item, queryListPage } from "./read.ts";
import { fromStored } from "./stored-form.ts";

export type Partition = { pk: string; items: Item[] };

/** Yields one partition at a time. A scan returns the items of a partition together, so that memory stays small. */
export async function* scanPartitions(): AsyncGenerator<Partition> {
  let open: Partition | null = null;
  for await (const item of scanItems()) {
    const pk = String(item["pk"]);
    if (open && open.pk !== pk) {
      yield open;
      open = null;
    }
    open ??= { pk, items: [] };
    open.items.push(item);
  }
  if (open) yield open;
}

/** Yields the items of a partition, with strongly consistent reads, page by page. */
export async function* queryItems(pk: string): AsyncGenerator<Item> {
  yield* paginate(async (start) => {
    const { documents, table: TableName } = openTable();
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk },
      ConsistentRead: true,
      ...start,
    });
    return callTable(() => documents.send(query));
  });
}

/** Counts the executions of a runbook in the index, which lags behind the table. */
export async function countExecutions(runbookId: string): Promise<number> {
  let count = 0;
  for (let before: string | undefined; ; ) {
    const { items, more } = await queryListPage(LISTS.runbookExecutions(runbookId), before, 1000);
    count += items.length;
    before = String(items.at(-1)?.["listSort"]);
    if (!more) return count;
  }
}

async function* scanItems(): AsyncGenerator<Item> {
  yield* paginate(async (start) => {
    const { documents, table: TableName } = openTable();
    return callTable(() => documents.send(new ScanCommand({ TableName, ...start })));
  });
}

type ReadPage = { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined };

async function* paginate(
  read: (start: { ExclusiveStartKey?: Item }) => Promise<ReadPage>,
): AsyncGenerator<Item> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await read(ExclusiveStartKey ? { ExclusiveStartKey } : {});
    for (const item of page.Items ?? []) yield fromStored(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
