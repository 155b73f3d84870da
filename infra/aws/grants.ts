// What each function may do, as data. What is not said here, or in table-grants.ts, is not allowed.
import { OWN_KEY_NAMES, OWN_KEYS, type OwnKey } from "../../shared/contract/own-keys.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import type { Purpose } from "../../shared/contract/secrets.ts";
import { RECORD_CALLBACK } from "../../shared/contract/workflow.ts";
import type { Entry } from "./entries.ts";
import { TABLE_GRANTS, type TableGrant } from "./table-grants.ts";

export type Grant = {
  table?: TableGrant;
  encrypts?: readonly Purpose[];
  decrypts?: readonly Purpose[];
  /** On runs of the one state machine. `EndWait` ends a task that waits for a callback. */
  executions?: readonly ("Start" | "Describe" | "Stop" | "EndWait")[];
  /** Puts events on the service's own bus. */
  publishes?: true;
  /** Calls these functions, and waits for their answer. */
  invokes?: readonly string[];
  /** Reads secrets in Secrets Manager that are tagged for a team. */
  taggedSecrets?: true;
  /** Reads these keys of the service. */
  readsKeys?: readonly OwnKey[];
};

/** A new run: its secret parameters are encrypted, its state machine is started. */
const START_EXECUTION: Grant = { encrypts: ["parameter"], executions: ["Start"] };
/** The end of a run may be the turn of the next one in its queue. */
const START_NEXT_EXECUTION: Grant = { executions: ["Start"] };

/** Beyond the table. */
const GRANTS: Record<string, Omit<Grant, "table" | "readsKeys">> = {
  "create-runbook": { encrypts: ["webhook-auth", "signing-secret"] },
  "update-runbook": { encrypts: ["webhook-auth"] },
  "rollback-runbook": { encrypts: ["webhook-auth"] },
  "get-signing-secret": { decrypts: ["signing-secret"] },
  "rotate-signing-secret": { encrypts: ["signing-secret"], decrypts: ["signing-secret"] },
  "start-execution": START_EXECUTION,
  "rerun-execution": START_EXECUTION,
  "cancel-execution": { executions: ["Start", "Stop"] },
  // Its token is the receiver's own, for this one run.
  "callback-execution": { invokes: [RECORD_CALLBACK] },
  // What the public says, masked before it is kept: it decrypts the masks of runs, and no secret itself.
  [RECORD_CALLBACK]: { decrypts: ["callback-masks"], executions: ["EndWait"] },
  // The only function that calls the outside opens every secret. A run that ended during its call kept its place in a
  // limit: delivery gives it to the next in line, and starts that one.
  "deliver-webhook": {
    ...START_NEXT_EXECUTION,
    encrypts: ["callback-masks"],
    decrypts: ["webhook-auth", "signing-secret", "parameter"],
    taggedSecrets: true,
  },
  "on-incident": START_EXECUTION,
  "on-execution-requested": START_EXECUTION,
  "publish-events": { publishes: true },
  "begin-execution": START_NEXT_EXECUTION,
  "complete-execution": START_NEXT_EXECUTION,
  "on-execution-ended": START_NEXT_EXECUTION,
  "await-callback": { executions: ["EndWait"] },
  sweep: { executions: ["Start", "Describe", "Stop", "EndWait"] },
};

/** A function that nobody has granted anything may do nothing. */
export function getGrant({ name }: Pick<Entry, "name">): Grant {
  return { ...GRANTS[name], table: TABLE_GRANTS[name] ?? {}, readsKeys: getKeys(name) };
}

/** The contract tells who needs one: only routes do. */
function getKeys(name: string): OwnKey[] {
  const route = ALL_ROUTES.find(([known]) => known === name)?.[1];
  return route ? OWN_KEY_NAMES.filter((key) => OWN_KEYS[key].neededBy(route)) : [];
}

export const GRANTED_NAMES: readonly string[] = [
  ...new Set([...Object.keys(GRANTS), ...Object.keys(TABLE_GRANTS)]),
];
