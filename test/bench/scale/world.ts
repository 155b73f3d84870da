// A table of so many runbooks and executions, generated once in the temporary folder of this machine.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "../../../infra/local/dynamodb/dynamodb.ts";
import { ensureTable } from "../../../infra/local/dynamodb/table.ts";
import { fill, readTemplates, rowsOf } from "./rows.ts";

const CACHE = join(tmpdir(), "runbooks-scale");
const FILE = "shared-local-instance.db";
export const TABLE = "runbooks";
export const TEAM = "payments";

/** The folder of a table of this size. `port`: for DynamoDB Local, which writes the first items. */
export async function requireWorld(size: number, port: number): Promise<string> {
  const folder = join(CACHE, String(size));
  if (existsSync(folder)) {
    removeStarted(folder);
    return folder;
  }
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const ids = await withDynamoDb(unfinished, port, writeOneOfEach);
  const database = new DatabaseSync(join(unfinished, FILE));
  fill(database, rowsOf(readTemplates(database, ids), ids, size));
  database.close();
  renameSync(unfinished, folder);
  return folder;
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

/** Through the store itself, so that the rows have its shapes. */
async function writeOneOfEach(): Promise<{ runbookId: string; executionId: string }> {
  const client = new DynamoDBClient({});
  await ensureTable(client, TABLE, { stream: false }).finally(() => client.destroy());
  const seed = await import("../../support/seed.ts");
  const { recordAttempt } = await import("../../../shared/store/attempts.ts");
  const { completeFromAttempts } = await import("../../../shared/application/end/complete-execution.ts");
  const runbook = await seed.approved(TEAM);
  const { id, runbookId } = await seed.calling(runbook);
  const now = new Date();
  const times = { number: 1, startedAt: now.toISOString(), durationMs: 12 };
  const rest = { retryable: false, retryAfterSeconds: null, outcome: "delivered", answer: null, error: null };
  await recordAttempt(id, { ...times, ...rest, outcome: "delivered" });
  await completeFromAttempts(id, null, seed.contextAt(now));
  return { runbookId, executionId: id };
}
