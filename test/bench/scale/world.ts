// A table of so many runbooks and executions, generated once in the temporary folder of this machine.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startDynamoDb } from "../../../infra/local/dynamodb/dynamodb.ts";
import { readWorld, TABLE, writeOneOfEach } from "./first-items.ts";
import { rowsOf } from "./rows.ts";
import { fill } from "./templates.ts";

const CACHE = join(tmpdir(), "runbooks-scale");
const FILE = "shared-local-instance.db";

/** What the rows of a table depend on. A change of one of these makes new tables. */
const SHAPES = [
  ...[
    "contract/table.ts",
    "contract/lists.ts",
    "domain/executions/execution.ts",
    "domain/runbooks/runbook.ts",
  ],
  ...["store/execution-memberships.ts", "store/runbooks.ts"],
].map((file) => `../../../shared/${file}`);
const shapesHash = () =>
  [...SHAPES, "./first-items.ts", "./rows.ts", "./templates.ts"]
    .reduce((made, file) => made.update(readFileSync(new URL(file, import.meta.url))), createHash("sha256"))
    .digest("hex")
    .slice(0, 12);

/** The folder of a table of this size. `port`: for DynamoDB Local, which writes the first items. */
export async function requireWorld(size: number, port: number): Promise<string> {
  const name = `${size}-${shapesHash()}`;
  const folder = join(CACHE, name);
  if (existsSync(folder)) {
    removeStarted(folder);
    return folder;
  }
  removeOutdated(size);
  const unfinished = `${folder}.new`;
  mkdirSync(unfinished, { recursive: true });
  const written = await withDynamoDb(unfinished, port, writeOneOfEach);
  const database = new DatabaseSync(join(unfinished, FILE));
  fill(database, rowsOf(readWorld(database, written), size));
  database.close();
  renameSync(unfinished, folder);
  return folder;
}

/** Tables of this size in earlier shapes, and one that was never finished: up to 6 GB each. */
function removeOutdated(size: number): void {
  mkdirSync(CACHE, { recursive: true });
  const outdated = readdirSync(CACHE).filter((name) => name.split("-")[0] === String(size));
  for (const name of outdated) rmSync(join(CACHE, name), { recursive: true, force: true });
}

/** Runs that earlier measurements have started are the only ones that are active. */
function removeStarted(folder: string): void {
  const database = new DatabaseSync(join(folder, FILE));
  const [from, to] = ["active-executions#", "active-executions#~"].map((text) => Buffer.from(text));
  database.prepare(`DELETE FROM "${TABLE}" WHERE indexKey_4 BETWEEN ? AND ?`).run(from ?? null, to ?? null);
  database.close();
}

/** `work` over the data of a folder. */
export async function withDynamoDb<T>(folder: string, port: number, work: () => Promise<T>): Promise<T> {
  const dynamoDb = await startDynamoDb(port, folder);
  return work().finally(dynamoDb.stop);
}
