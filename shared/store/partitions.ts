// The whole table, partition by partition: for an operator's tools, never for a handler.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { LISTS } from "../contract/table.ts";
import { call, table } from "./client.ts";
import { type Item, indexPage, range } from "./read.ts";

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

/** A partition as it stands now, read consistently. */
export async function partition(pk: string): Promise<Partition> {
  return { pk, items: await range(pk, { from: " ", to: "~" }) };
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
  const { documents, table: TableName } = table();
  let ExclusiveStartKey: Item | undefined;
  do {
    const start = ExclusiveStartKey ? { ExclusiveStartKey } : {};
    const page = await call(() => documents.send(new ScanCommand({ TableName, ...start })));
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
