// Permissions of each route and each other function on the table, as data: actions on exactly the partitions that its code uses.

import { AUTOMATION_GRANTS, CHANGE_AUTOMATION } from "./automation-grants.ts";
import { CONTROL_GRANTS } from "./control-grants.ts";
import { DECISION_GRANTS } from "./decision-grants.ts";
import { SOURCE_GRANTS } from "./source-grants.ts";
import { IDEMPOTENCY, mergeGrants, READ_INCIDENT, READ_RUNBOOK, type TableGrant } from "./table-grant.ts";
import { WIDGETS_GRANT } from "./widget-grants.ts";

const READ_HISTORY: TableGrant = { get: ["runbook"] };
const LIST_RUNBOOK_EXECUTIONS: TableGrant = { lists: ["runbookExecutions"], batch: ["execution"] };
/** Whatever chain an entry is in, it is listed under its runbook. */
const AUDIT_OF_RUNBOOK = [
  "audit-of-runbooks",
  "audit-of-executions",
  "audit-of-automations",
  "audit-of-decisions",
  "audit-of-refusals",
] as const;
const READ_EXECUTION: TableGrant = { query: ["execution"] };
/** An execution as callers see it: with its definition and queue position. */
const VIEW_EXECUTION = mergeGrants(READ_EXECUTION, { get: ["version", "concurrency", "execution"] });

/** Writing a new version of a runbook. */
const CHANGE_RUNBOOK = mergeGrants(READ_RUNBOOK, {
  update: ["runbook"],
  put: ["runbook", "version", "audit-of-runbooks"],
});
/** What a review says of the current version makes no other. */
const CHANGE_DRAFT = mergeGrants(READ_RUNBOOK, {
  update: ["runbook"],
  put: ["runbook", "audit-of-runbooks"],
});
/** The automations that a definition may break. */
const LIST_ITS_AUTOMATIONS: TableGrant = { lists: ["runbookAutomations"], batch: ["automation"] };
/** Approvals of earlier versions: approved values need no second review. */
const READ_APPROVALS: TableGrant = { query: ["approval"] };
/** Starting: counts the execution in its runbook, takes a concurrency slot and a rate token, checks the kill switches. */
const START = mergeGrants(READ_RUNBOOK, {
  get: ["concurrency", "execution", "rate-limit", "kill-switches"],
  put: ["execution", "audit-of-executions"],
  update: ["runbook", "concurrency", "rate-limit"],
  check: ["paused-scopes"],
});
/** Completion: releases the counter and the concurrency slot, and may start the next queued execution. */
const COMPLETE = mergeGrants(READ_EXECUTION, {
  get: ["execution", "concurrency"],
  put: ["execution", "audit-of-executions"],
  update: ["execution", "runbook", "concurrency"],
  check: ["execution"],
});
/** Deciding about an event: by the latest report of its incident, which the decision's transaction checks. */
const DECIDE: TableGrant = {
  get: ["automation", "decision", "claim", "incident", "incident-events", "execution"],
  put: ["decision", "audit-of-decisions", "claim"],
  check: ["automation", "claim", "incident"],
};
/** A final refusal is written only if its evidence has not changed. */
const REFUSE: TableGrant = { check: ["runbook", "concurrency", "kill-switches"] };

export const TABLE_GRANTS: Readonly<Record<string, TableGrant>> = {
  ...AUTOMATION_GRANTS,
  ...SOURCE_GRANTS,
  ...CONTROL_GRANTS,
  ...DECISION_GRANTS,
  "create-runbook": mergeGrants(READ_RUNBOOK, IDEMPOTENCY, {
    put: ["runbook", "version", "signing-secret", "audit-of-runbooks"],
  }),
  "update-runbook": mergeGrants(CHANGE_RUNBOOK, READ_APPROVALS, LIST_ITS_AUTOMATIONS),
  "approve-runbook": mergeGrants(CHANGE_RUNBOOK, LIST_ITS_AUTOMATIONS, { put: ["approval"] }),
  "rotate-credential": mergeGrants(CHANGE_RUNBOOK, { put: ["approval"] }),
  "deprecate-runbook": CHANGE_RUNBOOK,
  "withdraw-runbook": CHANGE_RUNBOOK,
  "request-review": CHANGE_DRAFT,
  "request-changes": CHANGE_DRAFT,
  "get-review": mergeGrants(READ_RUNBOOK, LIST_RUNBOOK_EXECUTIONS, LIST_ITS_AUTOMATIONS),
  "rollback-runbook": mergeGrants(CHANGE_RUNBOOK, READ_APPROVALS, LIST_ITS_AUTOMATIONS),
  "delete-runbook": mergeGrants(READ_RUNBOOK, READ_HISTORY, {
    update: ["runbook"],
    put: ["runbook", "audit-of-runbooks"],
  }),
  "get-runbook": mergeGrants(READ_RUNBOOK, { query: ["version"] }, LIST_RUNBOOK_EXECUTIONS),
  "list-runbooks": {
    lists: ["teamRunbooks", "runbooksInStatus", "awaitingReview", "approvalExpiries"],
    batch: ["runbook"],
  },
  "list-versions": mergeGrants(READ_HISTORY, { query: ["version"] }),
  "get-version": mergeGrants(READ_HISTORY, { get: ["version"] }),
  "diff-versions": mergeGrants(READ_HISTORY, { get: ["version"] }),
  "preview-runbook": mergeGrants(READ_RUNBOOK, READ_INCIDENT, LIST_ITS_AUTOMATIONS),
  "list-audit": mergeGrants(READ_HISTORY, { lists: ["runbookAudit"], batch: AUDIT_OF_RUNBOOK }),
  // Every read writes an audit entry.
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
  "list-break-glass": { lists: ["openBreakGlass"], batch: ["execution"] },
  "close-break-glass": mergeGrants(READ_EXECUTION, {
    get: ["version"],
    put: ["execution", "audit-of-executions"],
    update: ["execution"],
  }),
  "list-executions": mergeGrants(READ_HISTORY, LIST_RUNBOOK_EXECUTIONS),
  "find-executions": {
    lists: [
      "incidentExecutions",
      "runbookExecutions",
      "activeExecutions",
      "unsuccessfulExecutions",
      "teamExecutions",
      "teamExecutionsByParameter",
      "allExecutionsByParameter",
      "allExecutions",
    ],
    batch: ["execution"],
  },
  "get-execution": VIEW_EXECUTION,
  "cancel-execution": mergeGrants(VIEW_EXECUTION, COMPLETE),
  "cancel-executions": mergeGrants(READ_EXECUTION, COMPLETE),
  "rerun-executions": mergeGrants(START, IDEMPOTENCY, READ_EXECUTION, READ_INCIDENT),
  "callback-execution": READ_EXECUTION,
  "record-callback": mergeGrants(READ_EXECUTION, {
    query: ["callback-masks"],
    put: ["execution"],
    update: ["execution"],
    check: ["execution"],
  }),
  "find-audit": {
    lists: ["teamAudit", "allAudit"],
    batch: [...AUDIT_OF_RUNBOOK, "audit-of-kill-switches"],
  },
  "list-incidents": { lists: ["teamIncidents", "allIncidents"], batch: ["incident"] },
  "list-rejections": { get: ["source"], lists: ["allRejections"], batch: ["rejections"] },
  "get-incident": READ_INCIDENT,
  "list-incident-executions": mergeGrants(READ_INCIDENT, {
    lists: ["incidentExecutions"],
    batch: ["execution"],
  }),
  "list-incident-runbooks": mergeGrants(READ_INCIDENT, { lists: ["teamRunbooks"], batch: ["runbook"] }),
  "catch-up-automation": mergeGrants(START, DECIDE, REFUSE, {
    lists: ["automationDecisions"],
    batch: ["decision"],
  }),
  "get-me": {},
  "get-openapi": {},
  "get-health": {},
  "unknown-route": {},

  // The only function that calls receivers. It writes only its own execution with its audit, and, if the execution
  // completed during the call, that execution's concurrency slot. To begin, it checks the runbook, its slot, and the
  // kill switches.
  "deliver-webhook": mergeGrants(READ_EXECUTION, READ_RUNBOOK, {
    query: ["callback-masks", "delivery-slots"],
    get: ["approval", "signing-secret", "execution", "concurrency", "kill-switches"],
    put: ["execution", "callback-masks", "audit-of-executions"],
    update: ["execution", "concurrency", "delivery-slots"],
    check: ["execution", "runbook", "concurrency", "paused-scopes"],
  }),
  "await-callback": mergeGrants(READ_EXECUTION, { update: ["execution"] }),
  "complete-execution": COMPLETE,

  "on-execution-ended": COMPLETE,
  "on-incident": mergeGrants(START, DECIDE, REFUSE, {
    put: ["incident", "incident-events", "rejections"],
    lists: ["teamAutomations"],
  }),
  "on-execution-requested": mergeGrants(START, REFUSE, {
    get: ["incident", "execution", "claim"],
    check: ["incident"],
    put: ["claim", "rejections", "audit-of-refusals"],
  }),
  sweep: mergeGrants(COMPLETE, READ_RUNBOOK, CHANGE_AUTOMATION, {
    get: ["reconciler", "runbook", "source"],
    put: ["reconciler", "audit-of-runbooks"],
    lists: [
      "activeExecutions",
      "openBreakGlass",
      "approvalExpiries",
      "runbookDeletions",
      "runbookAutomations",
      "sourcesOfKind",
    ],
    batch: ["automation", "source"],
  }),
  "show-widgets": WIDGETS_GRANT,
  // Beside the table's stream, which its event source mapping grants.
  "publish-events": { get: ["recovery"], update: ["recovery"] },
};
