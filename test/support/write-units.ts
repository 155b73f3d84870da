// What DynamoDB charges a table for a write, by its published rule, from the sizes of the items.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { INDEXES, type IndexName } from "../../shared/contract/table.ts";

const Attributes = z.record(z.string(), z.unknown());
const Write = z.looseObject({ Item: Attributes.optional(), Key: Attributes.optional() });
const Written = z.looseObject({ TransactItems: z.array(z.record(z.string(), Write)).optional() });
export const INDEX_NAMES = Object.keys(INDEXES) as IndexName[];
type Item = z.infer<typeof Attributes>;

/** A query and a get name no item and no update. */
export const isRead = (input: object) =>
  !("Item" in input || "UpdateExpression" in input || "TransactItems" in input);

/** One unit for each KB of the whole item, twice in a transaction; an item that is not there counts as 1 KB. */
export async function chargedFor(input: object): Promise<number> {
  if (isRead(input)) return 0;
  const { TransactItems } = Written.parse(input);
  const sizes = await Promise.all(
    writesOf(input).map(async ({ Item, Key }) => bytesOf(Item ?? (await storedItem(Key)))),
  );
  const units = sizes.reduce((sum, bytes) => sum + kilobytes(bytes), 0);
  return units * (TransactItems ? 2 : 1);
}

/** What a call writes or checks: whole items, and keys of items that are updated, deleted or checked. */
export function writesOf(input: object): z.infer<typeof Write>[] {
  const { TransactItems } = Written.parse(input);
  return TransactItems?.flatMap((one) => Object.values(one)) ?? [Write.parse(input)];
}

/** An item as it is stored now; an empty one if there is none. */
export async function storedItem(Key: Item | undefined): Promise<Item> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const { Item = {} } = await documents.send(
    new GetCommand({ TableName: process.env["TABLE_NAME"], Key, ConsistentRead: true }),
  );
  documents.destroy();
  return Item;
}

/** What an index holds of an item; null if the item is not in it. */
export function indexEntry(item: Item, name: IndexName): Item | null {
  const { partitionKey, sortKey } = INDEXES[name];
  if (item[partitionKey] === undefined) return null;
  const { pk, sk } = item;
  return { pk, sk, [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] };
}

export const indexEntries = (item: Item): Item[] =>
  INDEX_NAMES.map((name) => indexEntry(item, name)).filter((entry) => entry !== null);

/** Units of 1 KB: at least one. */
export const kilobytes = (bytes: number) => Math.max(1, Math.ceil(bytes / 1024));

/** Names and values, in UTF-8. */
export const bytesOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** A number takes a byte for two digits and one more, a list or map three bytes, and one for each of its members. */
function valueBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(String(value).length / 2) + 1;
  if (value instanceof Set) return valueBytes([...value]);
  if (Array.isArray(value)) return value.reduce<number>((sum, member) => sum + 1 + valueBytes(member), 3);
  if (typeof value === "object" && value !== null)
    return 3 + Object.keys(value).length + bytesOf(Object.fromEntries(Object.entries(value)));
  return 1;
}
