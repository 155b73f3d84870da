// Permissions of each route and each other function, as data. Whatever is not here or in table-grants.ts is denied.

import { AUTHORIZER_FUNCTION } from "../../../shared/contract/authorizer.ts";
import type { RuleName } from "../../../shared/contract/events.ts";
import { OWN_KEY_NAMES, OWN_KEYS, type OwnKey } from "../../../shared/contract/own-keys.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import type { Purpose } from "../../../shared/contract/secrets.ts";
import { RECORD_CALLBACK } from "../../../shared/contract/workflow.ts";
import type { Entry } from "../bundle/entries.ts";
import { mergeGrants, type TableGrant } from "./table-grant.ts";
import { TABLE_GRANTS } from "./table-grants.ts";

export type Grant = {
  table?: TableGrant;
  encrypts?: readonly Purpose[];
  decrypts?: readonly Purpose[];
  /** On executions of the state machine. `EndWait`: SendTaskSuccess for a task that waits for a callback. */
  executions?: readonly ("Start" | "Describe" | "Stop" | "EndWait")[];
  /** SendMessage to the queues of these rules. */
  sends?: readonly RuleName[];
  /** PutEvents on the service's bus. */
  publishes?: true;
  /** Invokes these functions synchronously. */
  invokes?: readonly string[];
  /** Lists, makes and deletes the schedules of sources, and passes them their role. */
  schedules?: true;
  /** Reads those secrets in Secrets Manager that have a team tag. */
  taggedSecrets?: true;
  /** Reads these keys of the service. */
  readsKeys?: readonly OwnKey[];
};

/** Starting: encrypts secret parameters and starts a state machine execution. */
const START_EXECUTION: Grant = { encrypts: ["parameter"], executions: ["Start"] };
/** Completion may start the next queued execution. */
const START_NEXT_EXECUTION: Grant = { executions: ["Start"] };

/** Permissions beyond the table. */
const GRANTS: Record<string, Omit<Grant, "table" | "readsKeys">> = {
  "create-runbook": { encrypts: ["webhook-auth", "signing-secret"] },
  "update-runbook": { encrypts: ["webhook-auth"] },
  "rollback-runbook": { encrypts: ["webhook-auth"] },
  "rotate-credential": { encrypts: ["webhook-auth"] },
  "get-signing-secret": { decrypts: ["signing-secret"] },
  "rotate-signing-secret": { encrypts: ["signing-secret"], decrypts: ["signing-secret"] },
  "create-source": { encrypts: ["source"] },
  "update-source": { encrypts: ["source"] },
  // A public route: the system signs its message with the secret of the source.
  "take-message": { decrypts: ["source"], sends: ["source-messages"] },
  "on-source-message": { sends: ["incidents"] },
  "start-execution": START_EXECUTION,
  "rerun-execution": START_EXECUTION,
  "rerun-executions": START_EXECUTION,
  "catch-up-automation": START_EXECUTION,
  "cancel-execution": { executions: ["Start", "Stop"] },
  "cancel-executions": { executions: ["Start", "Stop"] },
  // A public route: the receiver authenticates with the callback token of one execution.
  "callback-execution": { invokes: [RECORD_CALLBACK] },
  // Masks the receiver's report before storing it. It decrypts the masks of executions, but no secret.
  [RECORD_CALLBACK]: { decrypts: ["callback-masks"], executions: ["EndWait"] },
  // The only function that calls receivers, so it decrypts every secret. An execution that completed during its call
  // still holds its concurrency slot: delivery releases the slot and starts the next queued execution.
  "deliver-webhook": {
    ...START_NEXT_EXECUTION,
    encrypts: ["callback-masks"],
    decrypts: ["webhook-auth", "signing-secret", "parameter", "callback-masks"],
    taggedSecrets: true,
  },
  "on-incident": START_EXECUTION,
  "on-execution-requested": START_EXECUTION,
  "publish-events": { publishes: true },
  "complete-execution": START_NEXT_EXECUTION,
  "on-execution-ended": START_NEXT_EXECUTION,
  "await-callback": { executions: ["EndWait"] },
  "set-schedules": { schedules: true },
  sweep: { executions: ["Start", "Describe", "Stop", "EndWait"], schedules: true },
  // Reads its event, and answers it: it asks nothing of AWS.
  "name-access-token": {},
  // Asks the issuer for its keys, and nothing of AWS.
  [AUTHORIZER_FUNCTION]: {},
  // Reads files of its own zip, and answers them: it asks nothing of AWS.
  "serve-console": {},
  // Beside what it reads of the table it asks nothing of AWS.
  "show-widgets": {},
};

/** Returns a function's permissions: those of its routes together, or its own. */
export function getGrant({ name, routes }: Pick<Entry, "name" | "routes">): Grant {
  return routes.length === 0 ? rowOf(name) : union(routes.map((route) => rowOf(route.name)));
}

/** Returns the permissions of one route or other function. Without an entry it has none. */
export function rowOf(name: string): Grant {
  return { ...GRANTS[name], table: TABLE_GRANTS[name] ?? {}, readsKeys: getKeys(name) };
}

function union(grants: readonly Grant[]): Grant {
  const all = <T>(of: (grant: Grant) => readonly T[] | undefined): T[] => [
    ...new Set(grants.flatMap((grant) => of(grant) ?? [])),
  ];
  return {
    table: mergeGrants(...all(({ table }) => table && [table])),
    encrypts: all(({ encrypts }) => encrypts),
    decrypts: all(({ decrypts }) => decrypts),
    executions: all(({ executions }) => executions),
    invokes: all(({ invokes }) => invokes),
    readsKeys: all(({ readsKeys }) => readsKeys),
    sends: all(({ sends }) => sends),
    ...(grants.some(({ schedules }) => schedules) && { schedules: true }),
    ...(grants.some(({ publishes }) => publishes) && { publishes: true }),
    ...(grants.some(({ taggedSecrets }) => taggedSecrets) && { taggedSecrets: true }),
  };
}

/** Returns the keys that the contract assigns to a route. Other functions need none. */
function getKeys(name: string): OwnKey[] {
  const route = ALL_ROUTES.find(([known]) => known === name)?.[1];
  return route ? OWN_KEY_NAMES.filter((key) => OWN_KEYS[key].neededBy(route)) : [];
}

export const GRANTED_NAMES: readonly string[] = [
  ...new Set([...Object.keys(GRANTS), ...Object.keys(TABLE_GRANTS)]),
];
