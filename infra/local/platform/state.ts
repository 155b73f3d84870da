// What the local host itself must remember (executions, queues, checkpoints, secrets): one SQLite file in its data folder.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "./data-folder.ts";
import { HostError } from "./errors.ts";

export type State = DatabaseSync;

/**
 * Opens the file and keeps it locked: a second host on the same folder is refused. The lock is the operating
 * system's, so it ends with the process, however that ends. Each change is in the file when the call returns.
 */
export function openState(dataDir: string): State {
  makeFolder(dataDir);
  const file = join(dataDir, "local-host.db");
  const state = new DatabaseSync(file, { timeout: 0 });
  try {
    state.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    state.exec("BEGIN EXCLUSIVE; COMMIT;");
  } catch (error) {
    state.close();
    throw isLocked(error)
      ? new HostError(
          `Another local host uses the data folder ${dataDir}: stop it, or set DATA_DIR to another folder.`,
        )
      : error;
  }
  chmodSync(file, 0o600);
  return state;
}

/** All of `work` or nothing of it; may be nested. */
export function runInTransaction<T>(state: State, work: () => T): T {
  if (state.isTransaction) return work();
  state.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    state.exec("COMMIT");
    return result;
  } catch (error) {
    state.exec("ROLLBACK");
    throw error;
  }
}

const SQLITE_BUSY = 5;

function isLocked(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
