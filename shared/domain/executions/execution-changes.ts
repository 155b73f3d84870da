// State changes of an execution: pure decisions from the stored state, each with its audit entry.

import {
  type Actor,
  type AuditAction,
  type AuditEntry,
  appendToChain,
  EMPTY_CHAIN,
  toChainHead,
} from "../audit.ts";
import { latestTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import type { DefinitionRecord } from "../runbooks/definition.ts";
import type { Runbook } from "../runbooks/runbook-changes.ts";
import { requireRunnable, requireValidApproval } from "../runbooks/runnable.ts";
import { answeredAt, isInProgress, mayChange } from "./attempts.ts";
import { ACTIVE_STATUSES, type Attempt, type Execution } from "./execution.ts";
import type { Outcome } from "./outcome.ts";
import { toRecoveryKey } from "./recovery.ts";

/**
 * The writes of one change. Conditions: the stored execution has the status, audit sequence and `attemptsClaimed` of
 * `before` (null: it does not exist yet), and `unfinishedAttempts` have the outcomes that were read.
 */
export type ExecutionChange = {
  before: Execution | null;
  execution: Execution;
  audit: AuditEntry;
  unfinishedAttempts: readonly Attempt[];
};

/**
 * A team's runbook always runs for its own team, whatever `ranForTeamId` says. `version`: fail unless this version is
 * the live one. `passesExpiry`: it breaks the glass, so that its approval may have expired.
 */
type ExecutionRequest = Pick<Execution, "id" | "ranForTeamId" | "incidentId" | "triggeredBy" | "trigger"> & {
  version?: number | undefined;
  passesExpiry?: boolean;
};

/** Returns a new PENDING execution of the live version. */
export function buildExecution(
  runbook: Runbook,
  { version, passesExpiry = false, ...request }: ExecutionRequest,
  act: Act,
): ExecutionChange {
  const { state } = runbook;
  const live = requireRunnable(runbook, version);
  if (!passesExpiry) requireValidApproval(runbook, act.at);
  const execution: Execution = {
    ...EMPTY_CHAIN,
    ...request,
    runbookId: state.id,
    runbookName: live.definition.name,
    runbookVersion: live.version,
    definitionHash: live.definitionHash,
    teamId: state.teamId,
    ranForTeamId: state.teamId ?? request.ranForTeamId,
    status: "PENDING",
    error: null,
    executedBy: act.actor.id,
    executedByName: act.actor.name,
    createdAt: act.at,
    startedAt: null,
    completedAt: null,
    deadlineAt: null,
    attemptsClaimed: 0,
    callDeadlineAt: null,
    ...toCallbackTimeout(live.definition),
  };
  const { id: _id, ...asked } = request;
  const details = { ...asked, definitionHash: live.definitionHash };
  return withAudit(null, execution, "execution.requested", act, details);
}

function toCallbackTimeout({ completion }: Pick<DefinitionRecord, "completion">) {
  return completion?.mode === "callback" ? { callbackTimeoutSeconds: completion.timeoutSeconds } : {};
}

/** Returns the change from PENDING to RUNNING. The overall timeout starts here. */
export function markRunning(before: Execution, timeoutSeconds: number, act: Act): ExecutionChange {
  const at = latestTime(act.at, before.createdAt);
  const deadlineAt = new Date(Date.parse(at) + timeoutSeconds * 1000).toISOString();
  const execution: Execution = { ...before, status: "RUNNING", startedAt: at, deadlineAt };
  return withAudit(
    before,
    execution,
    "execution.started",
    { ...act, at },
    { ...toFacts(execution), deadlineAt },
  );
}

const OUTCOME_ACTIONS = {
  SUCCESS: "execution.succeeded",
  FAILED: "execution.failed",
  CANCELLED: "execution.cancelled",
} as const satisfies Record<Outcome["status"], AuditAction>;

/**
 * Returns the final change of an execution. `completedAt` is never earlier than its causes. A call that may be under
 * way keeps its attempt open and its concurrency slot held.
 */
export function markCompleted(
  before: Execution,
  outcome: Outcome,
  act: Act,
  attempts: readonly Attempt[],
): ExecutionChange {
  const at = latestTime(act.at, before.createdAt, before.startedAt, ...attempts.map(answeredAt));
  const callDeadlineAt = attempts.some(isInProgress) ? before.callDeadlineAt : null;
  const execution: Execution = { ...before, ...outcome, completedAt: at, callDeadlineAt };
  const change = withAudit(
    before,
    execution,
    OUTCOME_ACTIONS[outcome.status],
    { ...act, at },
    { ...toFacts(execution), error: outcome.error, ...toRecoveryFacts(before) },
  );
  return { ...change, unfinishedAttempts: attempts.filter(mayChange) };
}

const toRecoveryFacts = ({ concurrency }: Execution) =>
  concurrency ? { recoveryKey: toRecoveryKey(concurrency.slotKey) } : {};

/** Whether reconciliation still visits the execution: it is active, or its last call may be under way. */
export const mayNeedReconciliation = (execution: Pick<Execution, "status" | "callDeadlineAt">) =>
  isActive(execution) || execution.callDeadlineAt !== null;

export function isActive(execution: Pick<Execution, "status">): boolean {
  return ACTIVE_STATUSES.some((s) => s === execution.status);
}

/** Returns the service's own actor for audit entries. */
export function systemActor(part: "workflow" | "reconciler" | "prepare-table"): Actor {
  return { id: `system:${part}`, name: null };
}

/**
 * What subscribers route by. The entries that are announced hold it, so that an event tells what was so at that time.
 * The entry of the request is not announced, and stays under 1 KB without it.
 */
export function toFacts({
  runbookName,
  executedBy,
  executedByName,
  triggeredBy,
  trigger,
  attemptsClaimed,
}: Execution) {
  const automationId = trigger.automationId ?? null;
  return { runbookName, executedBy, executedByName, triggeredBy, automationId, attempts: attemptsClaimed };
}

export function withAudit(
  before: Execution | null,
  execution: Execution,
  action: AuditAction,
  act: Act,
  details: object,
): ExecutionChange {
  const { status, runbookVersion, incidentId } = execution;
  const audit = appendToChain(before ?? EMPTY_CHAIN, {
    id: act.auditId,
    runbookId: execution.runbookId,
    executionId: execution.id,
    teamId: execution.teamId,
    ranForTeamId: execution.ranForTeamId,
    action,
    actor: act.actor,
    at: act.at,
    salt: act.salt,
    details: { ...details, incidentId, status, runbookVersion },
  });
  return { before, execution: { ...execution, ...toChainHead(audit) }, audit, unfinishedAttempts: [] };
}
