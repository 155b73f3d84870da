// Reads. A schema parses every item; a mismatch is an internal error, never the caller's.
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type * as z from "zod";
import type { List } from "../contract/lists.ts";
import { INDEXES, KEY_ATTRIBUTES, type Key } from "../contract/table.ts";
import { ServiceError } from "../domain/errors.ts";
import { callTable, openTable, unavailableError } from "./client.ts";
import { retryContended } from "./contention.ts";
import { fromStored } from "./stored-form.ts";

/** An item with all its attributes, table and index keys included. */
export type Item = Record<string, unknown>;

/** Parses an item without the key attributes. */
export function parseItem<T>(schema: z.ZodType<T>, item: Item): T {
  const parsed = schema.safeParse(withoutKeys(item));
  if (parsed.success) return parsed.data;
  const where = `${String(item["pk"])} ${String(item["sk"])}`;
  const paths = parsed.error.issues.map((i) => i.path.join(".") || i.code).join(", ");
  throw new ServiceError("internal_error", `The stored item ${where} does not fit its schema at ${paths}.`);
}

/** Returns the content of an item: what is not there to find it or to let it expire. */
export const withoutKeys = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !KEY_ATTRIBUTES.has(name)));

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
  return found.Item ? fromStored(found.Item) : null;
}

/** `fields`: the attributes to return; default: all. It saves bytes, not read units. */
type Range = { from: string; to: string; newestFirst?: boolean; limit?: number; fields?: readonly string[] };

/** Returns the items of one partition from `from` to `to` (both inclusive), with a strongly consistent read. Up to 1 MB. */
export async function queryRange(
  pk: string,
  { from, to, newestFirst, limit, fields }: Range,
): Promise<Item[]> {
  const { items } = await query({
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
    ConsistentRead: true,
    ScanIndexForward: !newestFirst,
    ...(limit && { Limit: limit }),
    ...(fields && projection(fields)),
  });
  return items.map(fromStored);
}

/** Names are given as placeholders, because some are reserved words. */
function projection(fields: readonly string[]) {
  const names = fields.map((field, n) => [`#f${n}`, field] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(", "),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

/** Returns one page of a list, starting after the sort key `from` (exclusive) in the given order. */
export async function queryListPage(
  { index, partition }: List,
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

/** A row of a list: the keys of an item, as the index holds them. */
export type ListRow = { list: List; sort: string; keys: Item };

/** Returns the key of the item that a row is about. */
export type Behind = (keys: Item) => Item;

const itself: Behind = ({ pk, sk }) => ({ pk, sk });

/**
 * Returns the items behind the rows, in their order. The index lags behind the table: an item that has left the list
 * since, or moved within it, is left out.
 */
export async function readListed(
  rows: readonly ListRow[],
  behind = itself,
): Promise<(ListRow & { item: Item })[]> {
  const read = await getItems(rows.map(({ keys }) => behind(keys)));
  const items = new Map(read.map((item) => [addressOf(item), item]));
  return rows.flatMap((row) => {
    const address = addressOf(behind(row.keys));
    const item = items.get(address);
    // An item that is not the row's own is in other lists.
    const isListed = address !== addressOf(row.keys) || isRow(row, item);
    return item && isListed ? [{ ...row, item }] : [];
  });
}

function isRow({ list, sort }: ListRow, item: Item | undefined): boolean {
  const { partitionKey, sortKey } = INDEXES[list.index];
  return item?.[partitionKey] === list.partition && item[sortKey] === sort;
}

const addressOf = ({ pk, sk }: Item) => JSON.stringify([pk, sk]);

/** Most keys of one BatchGetItem, by DynamoDB's limit. */
const MAX_BATCH = 100;

/** Returns the items of these keys that exist, in no order. Eventually consistent: for display, not for decisions. */
async function getItems(keys: readonly Item[]): Promise<Item[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / MAX_BATCH) }, (_, n) =>
    getBatch(keys.slice(n * MAX_BATCH, (n + 1) * MAX_BATCH)),
  );
  return (await Promise.all(batches)).flat();
}

/** DynamoDB may leave keys of a batch unprocessed. @throws `unavailable` if it goes on doing so. */
async function getBatch(keys: readonly Item[]): Promise<Item[]> {
  const { documents, table } = openTable();
  const items: Item[] = [];
  let asked: BatchGetCommandInput["RequestItems"] = { [table]: { Keys: [...keys] } };
  const send = async () => {
    const answer = await callTable(() => documents.send(new BatchGetCommand({ RequestItems: asked })));
    items.push(...(answer.Responses?.[table] ?? []).map(fromStored));
    asked = answer.UnprocessedKeys;
    if (asked?.[table]) throw unavailableError("DynamoDB left keys of a batch unprocessed");
  };
  await retryContended(send, () => asked?.[table] !== undefined);
  return items;
}

async function query(input: Omit<QueryCommandInput, "TableName">): Promise<{ items: Item[]; more: boolean }> {
  const { documents, table: TableName } = openTable();
  const page = await callTable(() => documents.send(new QueryCommand({ TableName, ...input })));
  return { items: page.Items ?? [], more: page.LastEvaluatedKey !== undefined };
}
