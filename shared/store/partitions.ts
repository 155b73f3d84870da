// The whole table, partition by partition: for an operator's tools, never for a handler.
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { LISTS } from "../contract/table.ts";
import { call, table } from "./client.ts";
import { type Item, indexPage } from "./read.ts";

export type Partition = { pk: string; items: Item[] };

/** One after the other: a scan shows all items of a partition next to each other, so that memory stays small. */
export async function* partitions(): AsyncGenerator<Partition> {
  let open: Partition | null = null;
  for await (const item of items()) {
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

/** The items of a partition as they stand now, read consistently, page by page. */
export async function* itemsOf(pk: string): AsyncGenerator<Item> {
  yield* paged(async (start) => {
    const { documents, table: TableName } = table();
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk },
      ConsistentRead: true,
      ...start,
    });
    return call(() => documents.send(query));
  });
}

/** How many runs of a runbook the table holds, as its index shows it. */
export async function countExecutions(runbookId: string): Promise<number> {
  let count = 0;
  for (let before: string | undefined; ; ) {
    const { items, more } = await indexPage(
      "executions-by-runbook",
      LISTS.runbookExecutions(runbookId),
      before,
      1000,
    );
    count += items.length;
    before = String(items.at(-1)?.["executionSort"]);
    if (!more) return count;
  }
}

async function* items(): AsyncGenerator<Item> {
  yield* paged(async (start) => {
    const { documents, table: TableName } = table();
    return call(() => documents.send(new ScanCommand({ TableName, ...start })));
  });
}

type Read = { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined };

async function* paged(read: (start: { ExclusiveStartKey?: Item }) => Promise<Read>): AsyncGenerator<Item> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await read(ExclusiveStartKey ? { ExclusiveStartKey } : {});
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
