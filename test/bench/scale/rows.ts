// Rows of DynamoDB Local's SQLite file for many runbooks and executions, each like one that the store has written.
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { KEYS, SHARDS, shardOf } from "../../../shared/contract/table.ts";

/** DynamoDB Local hashes keys for scans and pages. `readTemplates` compares with what it has written itself. */
const SALT = "LocalDdb";
const INDEX_COLUMNS = ["indexKey_0", "indexKey_1", "indexKey_2", "indexKey_3", "indexKey_4", "indexKey_5"];
const COLUMNS = ["hashKey", "rangeKey", ...INDEX_COLUMNS, "ObjectJSON"] as const;
type Template = { itemSize: number; text: Record<string, string | null> };
export type Templates = { runbook: readonly Template[]; execution: Template };
type Ids = { runbookId: string; executionId: string };

const sha1 = (...parts: (string | Buffer)[]) => {
  const hash = createHash("sha1").update(SALT);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** As `typeid` makes them, but numbered: the same at each size. */
const numbered = (prefix: string, number: number) => `${prefix}_01k${String(number).padStart(23, "0")}`;
export const runbookIdOf = (number: number) => numbered("runbook", number);
export const executionIdOf = (number: number) => numbered("execution", number);

/** The items that the store has written of one approved runbook and one execution of it that has succeeded. */
export function readTemplates(database: DatabaseSync, ids: Ids): Templates {
  const rows = database.prepare('SELECT * FROM "runbooks"').all();
  const all = rows.map((row): Template => {
    const text = COLUMNS.map((name) => [name, row[name] === null ? null : textOf(row[name])]);
    return { itemSize: Number(row["itemSize"]), text: Object.fromEntries(text) };
  });
  const [first] = rows;
  const ours = hashesOf(textOf(first?.["hashKey"]), textOf(first?.["rangeKey"]));
  if (!ours.hashRangeValue.equals(Buffer.from(first?.["hashRangeValue"] as Uint8Array))) {
    throw new Error("DynamoDB Local hashes its keys otherwise than it did: fill the table by BatchWriteItem");
  }
  const { pk, sk } = KEYS.execution(ids.executionId);
  const execution = all.find(({ text }) => text["hashKey"] === pk && text["rangeKey"] === sk);
  if (!execution) throw new Error("The execution was not written");
  const mentions = ({ text }: Template) => String(text["hashKey"]).includes(ids.runbookId);
  return { runbook: all.filter(mentions), execution };
}

const textOf = (value: unknown) => Buffer.from(value as Uint8Array).toString("utf8");

function hashesOf(hashKey: string, rangeKey: string) {
  const [hashValue, rangeValue] = [sha1(hashKey), sha1(rangeKey)];
  return { hashValue, rangeValue, hashRangeValue: sha1(hashValue, rangeValue) };
}

/** What a list shows of a runbook, and its latest version; the first runbook has all of its items, so that it can start. */
const isListed = ({ text }: Template) => /^(state|summary|version#00000002)$/.test(String(text["rangeKey"]));
/** Of each thousand runs, ten have failed. */
const FAILED_EVERY = 100;

/** All rows of so many runbooks, and as many executions: a tenth of them, but at least 1,000, of the first runbook. */
export function* rowsOf(
  templates: Templates,
  ids: Ids,
  size: number,
): Generator<(string | number | Buffer | null)[]> {
  for (let n = 0; n < size; n++) {
    const runbookId = runbookIdOf(n);
    for (const template of templates.runbook) {
      if (n === 0 || isListed(template)) yield rowOf(template, [[ids.runbookId, runbookId]], runbookId);
    }
  }
  const every = size / Math.max(1_000, size / 10);
  for (let n = 0; n < size; n++) {
    const of = runbookIdOf(n % every === 0 ? 0 : n);
    const pairs: [string, string][] = [
      [ids.runbookId, of],
      [ids.executionId, executionIdOf(n)],
    ];
    if ((n / every) % FAILED_EVERY === 0) pairs.push(['"status":{"S":"SUCCESS"}', '"status":{"S":"FAILED"}']);
    yield rowOf(templates.execution, pairs, of);
  }
}

function rowOf(template: Template, pairs: readonly [string, string][], runbookId: string) {
  const shard = shardOf(runbookId, SHARDS.runbooks);
  const filled = (name: string) => {
    const text = template.text[name];
    if (text === null || text === undefined) return null;
    const replaced = pairs.reduce((made, [from, to]) => made.replaceAll(from, to), text);
    return replaced.replace(/runbooks#APPROVED#\d/, `runbooks#APPROVED#${shard}`);
  };
  const [hashKey, rangeKey] = [String(filled("hashKey")), String(filled("rangeKey"))];
  const { hashValue, rangeValue, hashRangeValue } = hashesOf(hashKey, rangeKey);
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
  return [
    ...[Buffer.from(hashKey), Buffer.from(rangeKey), hashValue, rangeValue, template.itemSize],
    ...[bytes(filled("ObjectJSON")), hashRangeValue, ...INDEX_COLUMNS.map((name) => bytes(filled(name)))],
  ];
}

/** Writes all rows, and builds the indexes afterwards: sorted, they take a tenth of the time. */
export function fill(database: DatabaseSync, rows: Iterable<(string | number | Buffer | null)[]>): void {
  database.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1000000");
  const indexes = database
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'runbooks' AND sql IS NOT NULL",
    )
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  database.exec('DELETE FROM "runbooks"; BEGIN');
  const columns = `hashKey, rangeKey, hashValue, rangeValue, itemSize, ObjectJSON, hashRangeValue, ${INDEX_COLUMNS}`;
  const insert = database.prepare(
    `INSERT INTO "runbooks" (${columns}) VALUES (${columns.replaceAll(/\w+/g, "?")})`,
  );
  for (const row of rows) insert.run(...row);
  database.exec("COMMIT");
  for (const { sql } of indexes) database.exec(String(sql));
}
