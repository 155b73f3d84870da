// State of the local stack (executions, queues, checkpoints, secrets): one SQLite file in the data folder.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "./data-folder.ts";
import { HostError } from "./errors.ts";

export type State = DatabaseSync;

/**
 * Opens the file and locks it, so that a second local stack cannot use the same folder. The operating system releases
 * the lock when the process ends, even after a crash. Each change is written to the file before its call returns.
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
          `Another local stack uses the data folder ${dataDir}: stop it, or set DATA_DIR to another folder.`,
        )
      : error;
  }
  chmodSync(file, 0o600);
  return state;
}

/** Runs `work` in a transaction. May be nested. */
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
