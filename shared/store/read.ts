// Reads. A schema parses every item; a mismatch is an internal error, never the caller's.
import { GetCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod";
import { INDEXES, type IndexName, type Key, TABLE } from "../contract/table.ts";
import { ServiceError } from "../domain/errors.ts";
import { callTable, openTable } from "./client.ts";

/** An item with all its attributes, table and index keys included. */
export type Item = Record<string, unknown>;

const KEY_ATTRIBUTES = new Set<string>([
  TABLE.partitionKey,
  TABLE.sortKey,
  TABLE.expiry,
  ...Object.values(INDEXES).flatMap((i) => [i.partitionKey, i.sortKey]),
]);

/** Parses an item without the key attributes. */
export function parseItem<T>(schema: z.ZodType<T>, item: Item): T {
  const own = Object.fromEntries(Object.entries(item).filter(([name]) => !KEY_ATTRIBUTES.has(name)));
  const parsed = schema.safeParse(own);
  if (parsed.success) return parsed.data;
  const where = `${String(item["pk"])} ${String(item["sk"])}`;
  const paths = parsed.error.issues.map((i) => i.path.join(".") || i.code).join(", ");
  throw new ServiceError("internal_error", `The stored item ${where} does not fit its schema at ${paths}.`);
}

/** Reads one item with a strongly consistent read and parses it. Returns null if it does not exist. */
export async function getRecord<T>(schema: z.ZodType<T>, key: Key): Promise<T | null> {
  const item = await getItem(key);
  return item && parseItem(schema, item);
}

/** Like `getRecord`, but returns the item unparsed, with its keys. */
export async function getItem(key: Key): Promise<Item | null> {
  const { documents, table: TableName } = openTable();
  const found = await callTable(() =>
    documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: true })),
  );
  return found.Item ?? null;
}

type Range = { from: string; to: string; newestFirst?: boolean; limit?: number };

/** Returns the items of one partition from `from` to `to` (both inclusive), with a strongly consistent read. Up to 1 MB. */
export async function queryRange(pk: string, { from, to, newestFirst, limit }: Range): Promise<Item[]> {
  const { items } = await query({
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
    ConsistentRead: true,
    ScanIndexForward: !newestFirst,
    ...(limit && { Limit: limit }),
  });
  return items;
}

/** Returns one page of an index partition, starting after the sort key `from` (exclusive) in the given order. */
export async function queryIndexPage(
  index: IndexName,
  partition: string,
  from: string | undefined,
  limit: number,
  order: "newest-first" | "oldest-first" = "newest-first",
) {
  const { partitionKey, sortKey } = INDEXES[index];
  const beyond = order === "oldest-first" ? "#p = :p AND #s > :from" : "#p = :p AND #s < :from";
  return query({
    IndexName: index,
    KeyConditionExpression: from === undefined ? "#p = :p" : beyond,
    ExpressionAttributeNames:
      from === undefined ? { "#p": partitionKey } : { "#p": partitionKey, "#s": sortKey },
    ExpressionAttributeValues: from === undefined ? { ":p": partition } : { ":p": partition, ":from": from },
    ScanIndexForward: order === "oldest-first",
    Limit: limit,
  });
}

async function query(input: Omit<QueryCommandInput, "TableName">): Promise<{ items: Item[]; more: boolean }> {
  const { documents, table: TableName } = openTable();
  const page = await callTable(() => documents.send(new QueryCommand({ TableName, ...input })));
  return { items: page.Items ?? [], more: page.LastEvaluatedKey !== undefined };
}
