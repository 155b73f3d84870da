// Stored state of Step Functions: executions and their history events.
import * as z from "zod";
import { runInTransaction, type State } from "../platform/state.ts";

export const EXECUTION_STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

const Execution = z.object({
  position: z.number(),
  arn: z.string(),
  name: z.string(),
  input: z.string(),
  status: z.enum(EXECUTION_STATUSES),
  output: z.string().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  startedAt: z.number(),
  stoppedAt: z.number().nullable(),
});
export type Execution = z.infer<typeof Execution>;
export type ExecutionOutcome = Pick<Execution, "output" | "error" | "cause"> & {
  status: Exclude<ExecutionStatus, "RUNNING">;
};

export type HistoryEvent = { type: string; timestamp: number; details: Record<string, unknown> };
const EventRecord = z.object({
  id: z.number(),
  type: z.string(),
  timestamp: z.number(),
  details: z.string(),
});

/** AWS's retention of closed executions and their names. */
const RETENTION_MS = 90 * 86_400_000;
/** Histories of ended executions that are kept, newest first. They take about 5 KB for each execution. */
export const KEPT_HISTORIES = 2_000;
/** Ends between two prunings. */
const PRUNE_EVERY = 100;
export type ExecutionLog = ReturnType<typeof openExecutionLog>;

export function openExecutionLog(state: State) {
  createTables(state);
  dropOldExecutions(state);
  const rows = openExecutionRows(state);
  const pruneHistories = openPruning(state);
  pruneHistories();
  let ends = 0;
  const close = (arn: string, end: ExecutionOutcome): boolean => {
    if (++ends % PRUNE_EVERY === 0) pruneHistories();
    return rows.close(arn, end);
  };
  return { ...rows, ...openHistory(state), close };
}

function createTables(state: State): void {
  state.exec(`CREATE TABLE IF NOT EXISTS executions (
    position INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, input TEXT NOT NULL,
    status TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, startedAt REAL NOT NULL, stoppedAt REAL);
    CREATE TABLE IF NOT EXISTS history (
    arn TEXT NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, timestamp REAL NOT NULL, details TEXT NOT NULL,
    PRIMARY KEY (arn, id)) WITHOUT ROWID;`);
}

function dropOldExecutions(state: State): void {
  const old = Date.now() - RETENTION_MS;
  state.prepare("DELETE FROM history WHERE arn IN (SELECT arn FROM executions WHERE stoppedAt < ?)").run(old);
  state.prepare("DELETE FROM executions WHERE stoppedAt < ?").run(old);
}

/** Returns what forgets the histories of all ended executions but the newest. The executions themselves are kept. */
function openPruning(state: State): () => void {
  const oldestKept = state.prepare(
    "SELECT position FROM executions WHERE stoppedAt IS NOT NULL ORDER BY position DESC LIMIT 1 OFFSET ?",
  );
  const forget = state.prepare(`DELETE FROM history WHERE arn IN (
    SELECT arn FROM executions WHERE stoppedAt IS NOT NULL AND position > ? AND position < ?)`);
  let done = 0;
  return () => {
    const row = oldestKept.get(KEPT_HISTORIES - 1);
    const edge = row ? Number(row["position"]) : 0;
    if (edge <= done) return;
    forget.run(done - 1, edge);
    done = edge;
  };
}

function openExecutionRows(state: State) {
  const insert = state.prepare(
    "INSERT INTO executions (arn, name, input, status, startedAt) VALUES (?, ?, ?, 'RUNNING', ?)",
  );
  const one = state.prepare("SELECT * FROM executions WHERE arn = ?");
  const close =
    state.prepare(`UPDATE executions SET status = ?, output = ?, error = ?, cause = ?, stoppedAt = ?
    WHERE arn = ? AND status = 'RUNNING'`);
  const page = state.prepare(`SELECT * FROM executions WHERE position < ?1 AND (?2 IS NULL OR status = ?2)
    ORDER BY position DESC LIMIT ?3`);
  return {
    find: (arn: string): Execution | undefined => Execution.optional().parse(one.get(arn)),
    open(arn: string, name: string, input: string): void {
      insert.run(arn, name, input, Date.now());
    },
    /** Returns false if the execution had already ended. */
    close: (arn: string, end: ExecutionOutcome): boolean =>
      close.run(end.status, end.output, end.error, end.cause, Date.now(), arn).changes > 0,
    /** Newest first, below `position`. */
    list: (status: ExecutionStatus | null, position: number, limit: number): Execution[] =>
      page.all(position, status, limit).map((row) => Execution.parse(row)),
  };
}

function openHistory(state: State) {
  const append = state.prepare(`INSERT INTO history (arn, id, type, timestamp, details)
    SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4 FROM history WHERE arn = ?1`);
  const forget = state.prepare("DELETE FROM history WHERE arn = ?");
  const forward = state.prepare("SELECT * FROM history WHERE arn = ? AND id > ? ORDER BY id LIMIT ?");
  const backward = state.prepare("SELECT * FROM history WHERE arn = ? AND id < ? ORDER BY id DESC LIMIT ?");
  return {
    record: (arn: string, events: readonly HistoryEvent[]) =>
      runInTransaction(state, () => {
        for (const { type, timestamp, details } of events) {
          append.run(arn, type, timestamp, JSON.stringify(details));
        }
      }),
    /** For an execution that starts again from the beginning. */
    forgetHistory: (arn: string) => void forget.run(arn),
    history: (arn: string, after: number, limit: number, reverse: boolean) =>
      (reverse ? backward : forward).all(arn, after, limit).map((row) => EventRecord.parse(row)),
  };
}
