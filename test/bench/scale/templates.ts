// Items that the store has written to DynamoDB Local's SQLite file, as templates of rows: what differs is a slot.
import { hash } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { INDEXES } from "../../../shared/contract/table.ts";

/** DynamoDB Local hashes keys for scans and pages. `readTemplates` compares with what it has written itself. */
const SALT = Buffer.from("LocalDdb");
/** One column for each attribute of the keys of indexes. */
const INDEX_COLUMNS = [
  ...new Set(Object.values(INDEXES).flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])),
].map((_, n) => `indexKey_${n}`);
export const COLUMNS: readonly string[] = [
  ...["hashKey", "rangeKey", "hashValue", "rangeValue", "itemSize", "ObjectJSON", "hashRangeValue"],
  ...INDEX_COLUMNS,
];

/** What stands in the slots of a row. */
type Slot = "runbookId" | "executionId" | "createdAt" | "inStatus" | "inAll" | "unsuccessful";
type Slots = Partial<Record<Slot, string>>;
/** `slots`: the texts in the item that a row replaces. */
export type Template = {
  itemSize: number;
  text: { hashKey: string; rangeKey: string; ObjectJSON: string };
  indexKeys: readonly (string | null)[];
  slots: Slots;
};
export type Row = readonly SQLInputValue[];

const sha1 = (...parts: Buffer[]) => hash("sha1", Buffer.concat([SALT, ...parts]), "buffer");

/** All items. `slots` says what differs in an item, by its partition key; an item that it has none for is left out. */
export function readTemplates(
  database: DatabaseSync,
  slotsOf: (hashKey: string) => Slots | null,
): Template[] {
  const rows = database.prepare('SELECT * FROM "runbooks"').all();
  return rows.flatMap((row) => {
    const textOf = (name: string) => Buffer.from(row[name] as Uint8Array).toString("utf8");
    const [hashKey, rangeKey] = [textOf("hashKey"), textOf("rangeKey")];
    if (
      !hashesOf(Buffer.from(hashKey), Buffer.from(rangeKey))[2].equals(row["hashRangeValue"] as Uint8Array)
    ) {
      throw new Error(
        "DynamoDB Local hashes its keys otherwise than it did: fill the table by BatchWriteItem",
      );
    }
    const slots = slotsOf(hashKey);
    const indexKeys = INDEX_COLUMNS.map((name) => (row[name] === null ? null : textOf(name)));
    const text = { hashKey, rangeKey, ObjectJSON: textOf("ObjectJSON") };
    return slots ? [{ itemSize: Number(row["itemSize"]), text, indexKeys, slots }] : [];
  });
}

function hashesOf(hashKey: Buffer, rangeKey: Buffer): readonly [Buffer, Buffer, Buffer] {
  const [hashValue, rangeValue] = [sha1(hashKey), sha1(rangeKey)];
  return [hashValue, rangeValue, sha1(hashValue, rangeValue)];
}

/** Returns what makes a row of the template. Its texts are split once, not for each row. */
export function compileRow({ itemSize, text, indexKeys, slots }: Template): (values: Slots) => Row {
  const [hashKey, rangeKey, json] = [text.hashKey, text.rangeKey, text.ObjectJSON].map((one) =>
    compileText(one, slots),
  ) as [Fill, Fill, Fill];
  const keys = indexKeys.map((key) => (key === null ? () => null : compileText(key, slots)));
  return (values) => {
    const [partition, sort] = [hashKey(values), rangeKey(values)];
    const [hashValue, rangeValue, both] = hashesOf(partition, sort);
    return [
      ...[partition, sort, hashValue, rangeValue, itemSize, json(values), both],
      ...keys.map((key) => key(values)),
    ];
  };
}

type Fill = (values: Slots) => Buffer;

function compileText(text: string, slots: Slots): Fill {
  const names = Object.keys(slots) as Slot[];
  const parts: (string | { slot: Slot })[] = names.reduce<(string | { slot: Slot })[]>(
    (made, slot) =>
      made.flatMap((part) => (typeof part === "string" ? splitAt(part, slots[slot] ?? "", slot) : [part])),
    [text],
  );
  const only = Buffer.from(text);
  if (parts.length === 1) return () => only;
  return (values) => {
    let made = "";
    for (const part of parts) made += typeof part === "string" ? part : values[part.slot];
    return Buffer.from(made);
  };
}

/** The text with the slot wherever `found` stands. */
function splitAt(text: string, found: string, slot: Slot): (string | { slot: Slot })[] {
  return text.split(found).flatMap((part, n) => (n === 0 ? [part] : [{ slot }, part]));
}

/** Writes all rows, and builds the indexes afterwards: sorted, they take a tenth of the time. */
export function fill(database: DatabaseSync, rows: Iterable<Row>): void {
  database.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1000000");
  database.exec("PRAGMA temp_store = MEMORY; PRAGMA threads = 2; PRAGMA locking_mode = EXCLUSIVE");
  const indexes = database
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'runbooks' AND sql IS NOT NULL",
    )
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  database.exec('DELETE FROM "runbooks"; BEGIN');
  const insert = database.prepare(`INSERT INTO "runbooks" (${COLUMNS}) VALUES (${COLUMNS.map(() => "?")})`);
  for (const row of rows) insert.run(...row);
  database.exec("COMMIT");
  for (const { sql } of indexes) database.exec(String(sql));
}
