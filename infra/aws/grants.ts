// What each function may do, as data. What is not said here is not allowed.
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { PURPOSES, type Purpose } from "../../shared/contract/secrets.ts";
import { KEYS } from "../../shared/contract/table.ts";
import type { Entry } from "./entries.ts";

export type Grant = {
  /** `item`: one item by its key. `table`: queries too. `all`: the indexes too. */
  reads?: "item" | "table" | "all";
  /** Puts, updates, condition checks; `all`, or only where the partition key is like one of these. Nothing deletes. */
  writes?: "all" | readonly string[];
  encrypts?: readonly Purpose[];
  decrypts?: readonly Purpose[];
  /** On runs of the one state machine. `EndWait` ends a task that waits for a callback. */
  runs?: readonly ("Start" | "Describe" | "Stop" | "EndWait")[];
  /** Puts events on the service's own bus. */
  publishes?: true;
  /** Reads secrets in Secrets Manager that are tagged for a team. */
  taggedSecrets?: true;
};

const READS: Grant = { reads: "all" };
const CHANGES: Grant = { reads: "all", writes: "all" };
/** Behind the API a run is known by its id: no lists are needed. */
const CHANGES_RUNS: Grant = { reads: "table", writes: "all" };

/** A new run: its secret parameters are sealed, its state machine is started. */
const STARTS: Grant = { ...CHANGES, encrypts: ["parameter"], runs: ["Start"] };

/** What differs from the default of the function's kind. */
const EXCEPTIONS: Record<string, Grant> = {
  "get-health": { reads: "item" },
  // POSTs that store nothing, and show every secret masked.
  "preview-runbook": READS,
  "test-automation": READS,
  "backtest-automation": READS,
  "create-runbook": { ...CHANGES, encrypts: ["webhook-auth", "signing-secret"] },
  "update-runbook": { ...CHANGES, encrypts: ["webhook-auth"] },
  "rollback-runbook": { ...CHANGES, encrypts: ["webhook-auth"] },
  "get-signing-secret": { ...READS, decrypts: ["signing-secret"] },
  "rotate-signing-secret": { ...CHANGES, encrypts: ["signing-secret"], decrypts: ["signing-secret"] },
  "start-execution": STARTS,
  "rerun-execution": STARTS,
  "cancel-execution": { ...CHANGES, runs: ["Start", "Stop"] },
  // Its token is the receiver's own, for this one run.
  "callback-execution": { ...CHANGES_RUNS, runs: ["EndWait"] },
  // The only function that calls the outside: it opens every secret, and writes nothing but the run that it carries out.
  "deliver-webhook": {
    reads: "table",
    writes: [KEYS.execution("*").pk],
    decrypts: PURPOSES,
    taggedSecrets: true,
  },
  "on-incident": STARTS,
  "on-execution-requested": STARTS,
  // Reads the table's stream, which its event source grants, and nothing of the table.
  "publish-events": { publishes: true },
  // The end of a run may be the turn of the next one in its queue.
  "begin-run": { ...CHANGES_RUNS, runs: ["Start"] },
  "finish-run": { ...CHANGES_RUNS, runs: ["Start"] },
  "on-run-ended": { ...CHANGES_RUNS, runs: ["Start"] },
  "await-callback": { ...CHANGES_RUNS, runs: ["EndWait"] },
  sweep: { ...CHANGES, runs: ["Start", "Describe", "Stop", "EndWait"] },
};

/** By default a route that only reads may only read, a public one may do nothing, and all else may change the table. */
export function grantOf({ name, kind }: Pick<Entry, "name" | "kind">): Grant {
  const exception = EXCEPTIONS[name];
  if (exception) return exception;
  if (kind !== "api") return CHANGES_RUNS;
  const route = ALL_ROUTES.find(([routeName]) => routeName === name)?.[1];
  if (!route) throw new Error(`${name} is no route`);
  if (route.access === "public") return {};
  return route.method === "GET" ? READS : CHANGES;
}

export const EXCEPTION_NAMES: readonly string[] = Object.keys(EXCEPTIONS);
