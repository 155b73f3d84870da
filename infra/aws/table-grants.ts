// What each function may do to the table, as data: each action for the partitions that its code uses, and no others.
import type { PartitionName } from "../../shared/contract/partitions.ts";
import type { IndexName } from "../../shared/contract/table.ts";

/** Nothing deletes, nothing scans. `index`: queries of an index, by its name. */
export type TableGrant = {
  get?: readonly PartitionName[];
  query?: readonly PartitionName[];
  put?: readonly PartitionName[];
  update?: readonly PartitionName[];
  check?: readonly PartitionName[];
  index?: readonly IndexName[];
};

const READ_RUNBOOK: TableGrant = { query: ["runbook"], get: ["version"] };
const READ_HISTORY: TableGrant = { get: ["runbook"] };
const READ_EXECUTION: TableGrant = { query: ["execution"] };
const READ_AUTOMATION: TableGrant = { get: ["automation"] };
const READ_INCIDENT: TableGrant = { get: ["incident"] };
/** An execution as callers see it: with its definition, and its place in a queue. */
const VIEW_EXECUTION = mergeGrants(READ_EXECUTION, { get: ["version", "concurrency", "execution"] });

/** A new version: what only these functions may write. */
const CHANGE_RUNBOOK = mergeGrants(READ_RUNBOOK, {
  update: ["runbook"],
  put: ["runbook", "version", "audit-of-runbooks"],
});
/** What was approved before needs no other review. */
const READ_APPROVALS: TableGrant = { query: ["approval"] };
const CHANGE_AUTOMATION = mergeGrants(READ_AUTOMATION, { put: ["automation", "audit-of-automations"] });
const IDEMPOTENCY: TableGrant = { get: ["idempotency"], put: ["idempotency"] };

/** A new execution counts in its runbook, takes a lock and a token of its rate, and asks whether runs are paused. */
const START = mergeGrants(READ_RUNBOOK, {
  get: ["concurrency", "execution", "rate-limit", "kill-switches"],
  put: ["execution", "audit-of-executions"],
  update: ["runbook", "concurrency", "rate-limit"],
  check: ["kill-switch-copies"],
});
/** The end of an execution gives back what it held, and may be the turn of the next one. */
const COMPLETE = mergeGrants(READ_EXECUTION, {
  get: ["execution", "concurrency"],
  put: ["execution", "audit-of-executions"],
  update: ["execution", "runbook", "concurrency"],
  check: ["execution"],
});
const DECIDE: TableGrant = {
  get: ["decision"],
  put: ["decision", "audit-of-decisions", "claim"],
  check: ["automation", "claim"],
};
/** A refusal for good is written only while what it was decided from still stands. */
const REFUSE: TableGrant = { check: ["runbook", "concurrency", "kill-switches"] };

export const TABLE_GRANTS: Readonly<Record<string, TableGrant>> = {
  "create-runbook": mergeGrants(READ_RUNBOOK, IDEMPOTENCY, {
    put: ["runbook", "version", "signing-secret", "audit-of-runbooks"],
  }),
  "update-runbook": mergeGrants(CHANGE_RUNBOOK, READ_APPROVALS),
  "approve-runbook": mergeGrants(CHANGE_RUNBOOK, { put: ["approval"] }),
  "deprecate-runbook": CHANGE_RUNBOOK,
  "rollback-runbook": mergeGrants(CHANGE_RUNBOOK, READ_APPROVALS),
  "delete-runbook": mergeGrants(READ_RUNBOOK, READ_HISTORY, {
    update: ["runbook"],
    put: ["runbook", "audit-of-runbooks"],
  }),
  "get-runbook": mergeGrants(READ_RUNBOOK, { query: ["version"], index: ["executions-by-runbook"] }),
  "list-runbooks": { index: ["runbooks-by-team", "runbooks-everywhere"] },
  "list-versions": mergeGrants(READ_HISTORY, { query: ["version"] }),
  "get-version": mergeGrants(READ_HISTORY, { get: ["version"] }),
  "diff-versions": mergeGrants(READ_HISTORY, { get: ["version"] }),
  "preview-runbook": mergeGrants(READ_RUNBOOK, READ_INCIDENT),
  "list-audit": mergeGrants(READ_HISTORY, { index: ["audit-by-runbook"] }),
  // Reading it leaves an entry.
  "get-signing-secret": mergeGrants(READ_RUNBOOK, {
    get: ["signing-secret"],
    update: ["runbook"],
    put: ["audit-of-runbooks"],
  }),
  "rotate-signing-secret": mergeGrants(READ_RUNBOOK, {
    get: ["signing-secret"],
    update: ["runbook"],
    put: ["signing-secret", "audit-of-runbooks"],
  }),
  "start-execution": mergeGrants(START, IDEMPOTENCY, READ_EXECUTION, READ_INCIDENT),
  "rerun-execution": mergeGrants(START, IDEMPOTENCY, READ_EXECUTION, READ_INCIDENT),
  "list-executions": mergeGrants(READ_HISTORY, { index: ["executions-by-runbook"] }),
  "get-execution": VIEW_EXECUTION,
  "cancel-execution": mergeGrants(VIEW_EXECUTION, COMPLETE),
  "callback-execution": READ_EXECUTION,
  "record-callback": mergeGrants(READ_EXECUTION, {
    query: ["callback-masks"],
    put: ["execution"],
    update: ["execution"],
    check: ["execution"],
  }),
  "get-incident": READ_INCIDENT,
  "list-incident-executions": mergeGrants(READ_INCIDENT, { index: ["executions-by-incident"] }),
  "list-incident-runbooks": mergeGrants(READ_INCIDENT, { index: ["runbooks-by-team"] }),
  // The index tells how many automations the scope has.
  "create-automation": mergeGrants(READ_RUNBOOK, IDEMPOTENCY, CHANGE_AUTOMATION, {
    check: ["runbook"],
    index: ["automations-by-team"],
  }),
  "update-automation": mergeGrants(READ_RUNBOOK, CHANGE_AUTOMATION, { check: ["runbook"] }),
  "delete-automation": CHANGE_AUTOMATION,
  "get-automation": READ_AUTOMATION,
  "list-automations": {
    index: ["automations-by-team", "automations-by-runbook", "automations-everywhere"],
  },
  "test-automation": mergeGrants(READ_AUTOMATION, READ_RUNBOOK, READ_INCIDENT, {
    get: ["incident-events", "claim", "execution"],
  }),
  "backtest-automation": mergeGrants(READ_AUTOMATION, READ_RUNBOOK, { query: ["incident-events"] }),
  "get-controls": { query: ["kill-switches"] },
  "put-controls": {
    get: ["kill-switches"],
    put: ["kill-switches", "kill-switch-copies", "audit-of-kill-switches"],
  },
  "get-health": { get: ["health"] },
  "get-openapi": {},
  "unknown-route": {},

  "begin-execution": mergeGrants(COMPLETE, {
    get: ["version", "approval", "kill-switches"],
    check: ["runbook", "concurrency", "kill-switch-copies"],
  }),
  // The only function that calls the outside writes nothing but the execution that it carries out, and, where that ended
  // during the call, the lock that it kept.
  "deliver-webhook": mergeGrants(READ_EXECUTION, {
    get: ["version", "approval", "signing-secret", "execution", "concurrency"],
    put: ["execution", "callback-masks"],
    update: ["execution", "concurrency"],
    check: ["execution"],
  }),
  "await-callback": mergeGrants(READ_EXECUTION, { update: ["execution"] }),
  "complete-execution": COMPLETE,

  "on-execution-ended": COMPLETE,
  "on-incident": mergeGrants(START, DECIDE, REFUSE, READ_AUTOMATION, {
    get: ["incident", "execution"],
    put: ["incident", "incident-events", "rejections"],
    index: ["automations-by-team"],
  }),
  "on-execution-requested": mergeGrants(START, REFUSE, {
    get: ["incident", "execution", "claim"],
    check: ["incident"],
    put: ["claim", "rejections", "audit-of-refusals"],
  }),
  sweep: mergeGrants(COMPLETE, { get: ["reconciler"], put: ["reconciler"], index: ["executions-active"] }),
  // Reads the table's stream, which its event source grants, and nothing of the table.
  "publish-events": {},
};

/** All of these rights together. */
function mergeGrants(...grants: readonly TableGrant[]): TableGrant {
  const together = <K extends keyof TableGrant>(action: K) => [
    ...new Set(grants.flatMap((grant): readonly string[] => grant[action] ?? [])),
  ];
  const actions = ["get", "query", "put", "update", "check", "index"] as const;
  return Object.fromEntries(actions.map((action) => [action, together(action)])) as TableGrant;
}
