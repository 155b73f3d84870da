// What happens to a run: pure decisions from the stored state, each with its audit entry.

import {
  answeredAt,
  isDelivered,
  isOpen,
  lastError,
  mayChange,
  noCallback,
  outOfTime,
  stillOpen,
  traceOf,
  unknownOutcome,
} from "./attempts.ts";
import {
  type Actor,
  type AuditAction,
  type AuditEntry,
  appendToChain,
  EMPTY_CHAIN,
  headAfter,
} from "./audit.ts";
import { awaitsCallback, type Callback, type CallbackResult } from "./callback.ts";
import { latest } from "./chronology.ts";
import type { StoredDefinition } from "./definition.ts";
import { ACTIVE_STATUSES, type Attempt, type Execution, type ExecutionError } from "./execution.ts";
import type { Act, Runbook } from "./runbook-changes.ts";
import { requireRunnable } from "./runnable.ts";

/**
 * What is to be written, if the stored run still has the status, the audit sequence and the number of claimed attempts
 * of `before` (null: no run yet), and if these attempts still have the outcome that they were read with.
 */
export type RunChange = {
  before: Execution | null;
  execution: Execution;
  audit: AuditEntry;
  unsettled: readonly Attempt[];
};

/** A team's runbook runs for that team, whatever `ranForTeamId` says. `version` is the only one that may run. */
export type RunRequest = Pick<Execution, "id" | "ranForTeamId" | "incidentId" | "triggeredBy" | "trigger"> & {
  version?: number | undefined;
};

/** A new run, PENDING, of the version at which the runbook is approved. */
export function requestRun(runbook: Runbook, { version, ...request }: RunRequest, act: Act): RunChange {
  const { head, card, current } = runbook;
  requireRunnable(head, version);
  const execution: Execution = {
    ...EMPTY_CHAIN,
    ...request,
    runbookId: head.id,
    runbookName: card.name,
    runbookVersion: head.version,
    definitionHash: current.definitionHash,
    teamId: head.teamId,
    ranForTeamId: head.teamId ?? request.ranForTeamId,
    status: "PENDING",
    error: null,
    executedBy: act.actor.id,
    createdAt: act.at,
    startedAt: null,
    completedAt: null,
    deadlineAt: null,
    attemptsClaimed: 0,
    callDeadlineAt: null,
    ...awaited(current.definition),
  };
  const { id: _id, ...asked } = request;
  const details = { ...asked, definitionHash: current.definitionHash };
  return changed(null, execution, "execution.requested", act, details);
}

function awaited({ completion }: Pick<StoredDefinition, "completion">) {
  return completion?.mode === "callback" ? { callbackTimeoutSeconds: completion.timeoutSeconds } : {};
}

/** PENDING to RUNNING; the budget of the run begins. */
export function startRun(before: Execution, timeoutSeconds: number, act: Act): RunChange {
  const at = latest(act.at, before.createdAt);
  const deadlineAt = new Date(Date.parse(at) + timeoutSeconds * 1000).toISOString();
  const execution: Execution = { ...before, status: "RUNNING", startedAt: at, deadlineAt };
  return changed(before, execution, "execution.started", { ...act, at }, { deadlineAt });
}

export type End =
  | { status: "SUCCESS"; error: null }
  | { status: "FAILED" | "CANCELLED"; error: ExecutionError };

const END_ACTIONS = {
  SUCCESS: "execution.succeeded",
  FAILED: "execution.failed",
  CANCELLED: "execution.cancelled",
} as const satisfies Record<End["status"], AuditAction>;

/**
 * The one end of a run, never earlier than its causes. A call that may be under way keeps attempt and place open.
 */
export function endRun(before: Execution, end: End, act: Act, attempts: readonly Attempt[]): RunChange {
  const at = latest(act.at, before.createdAt, before.startedAt, ...attempts.map(answeredAt));
  const callDeadlineAt = attempts.some(isOpen) ? before.callDeadlineAt : null;
  const execution: Execution = { ...before, ...end, completedAt: at, callDeadlineAt };
  const change = changed(before, execution, END_ACTIONS[end.status], { ...act, at }, { error: end.error });
  return { ...change, unsettled: attempts.filter(mayChange) };
}

/** Reconciliation has to look after the run: it is under way, or its last call may be. */
export const isUnsettled = (execution: Pick<Execution, "status" | "callDeadlineAt">) =>
  isActive(execution) || execution.callDeadlineAt !== null;

export function isActive(execution: Pick<Execution, "status">): boolean {
  return ACTIVE_STATUSES.some((s) => s === execution.status);
}

/** Who the service itself is, in audit entries. */
export function systemActor(part: "workflow" | "sweep"): Actor {
  return { id: `system:${part}`, name: null };
}

/** What an end is decided from. */
export type Evidence = {
  execution: Pick<Execution, "deadlineAt" | "callbackTimeoutSeconds">;
  attempts: readonly Attempt[];
  callback: Callback | null;
};

/**
 * The end that the recorded attempts and the callback prove. `interrupted` says why the state machine itself stopped,
 * where it did: then an attempt that has not told its outcome makes it unknown, and no attempt at all is a failure of the
 * infrastructure. Where a callback completes the run, its word counts, and nothing else makes it a success.
 */
export function endProvenBy(run: Evidence, interrupted: ExecutionError | null, now: string): End {
  const { execution, attempts } = run;
  const last = attempts.find(isDelivered) ?? attempts.at(-1);
  const calledBack = run.callback?.result ?? null;
  if (calledBack) return endCalledBack(calledBack);
  if (last?.outcome === "delivered") return endOfDelivered(run, interrupted, now);
  if (last && isOpen(last)) return { status: "FAILED", error: stillOpen(last.number) };
  if (last?.outcome === "unknown")
    return { status: "FAILED", error: last.error ?? unknownOutcome(last.number) };
  if (interrupted) return { status: "FAILED", error: interrupted };
  if (!last)
    return { status: "FAILED", error: infrastructure("The run ended before the webhook was called.") };
  const overdue = execution.deadlineAt !== null && now >= execution.deadlineAt && last.retryable;
  return { status: "FAILED", error: overdue ? outOfTime(last) : lastError(last, attempts.length) };
}

/** Callers that close a run do so only when its callback is no longer awaited. */
function endOfDelivered(run: Evidence, interrupted: ExecutionError | null, now: string): End {
  if (run.execution.callbackTimeoutSeconds === undefined) return { status: "SUCCESS", error: null };
  if (awaitsCallback(run, now)) {
    const error = interrupted ?? infrastructure("The run ended before the receiver called back.");
    return { status: "FAILED", error };
  }
  return { status: "FAILED", error: noCallback(run.execution.callbackTimeoutSeconds) };
}

function endCalledBack({ status, message }: CallbackResult): End {
  if (status === "SUCCESS") return { status: "SUCCESS", error: null };
  const said = message
    ? `The receiver called back that it failed: ${message}`
    : "The receiver called back that it failed.";
  return { status: "FAILED", error: { code: "callback_failed", message: said.slice(0, 500) } };
}

/**
 * The end of a run that was stopped. A run whose success is proven already stays a success;
 * otherwise the message says whether a receiver may have acted.
 */
export function cancelledEnd(run: Evidence, where: string): End {
  if (run.callback?.result) return endCalledBack(run.callback.result);
  const accepted = run.attempts.some(isDelivered);
  if (accepted && run.execution.callbackTimeoutSeconds === undefined)
    return { status: "SUCCESS", error: null };
  const stopped = `The run was stopped ${where}`;
  const trace = accepted
    ? "The receiver has accepted the call, and may act on it still."
    : traceOf(run.attempts);
  return {
    status: "CANCELLED",
    error: { code: "cancelled", message: `${atMost(498 - trace.length, stopped)}. ${trace}` },
  };
}

/** What a long reason must not push out of sight comes after it. */
const atMost = (length: number, text: string) =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

export function infrastructure(message: string): ExecutionError {
  return { code: "infrastructure", message };
}

function changed(
  before: Execution | null,
  execution: Execution,
  action: AuditAction,
  act: Act,
  details: object,
): RunChange {
  const { status, runbookVersion } = execution;
  const audit = appendToChain(before ?? EMPTY_CHAIN, {
    id: act.auditId,
    runbookId: execution.runbookId,
    executionId: execution.id,
    teamId: execution.teamId,
    ranForTeamId: execution.ranForTeamId,
    action,
    actor: act.actor,
    at: act.at,
    details: { ...details, incidentId: execution.incidentId, status, runbookVersion },
  });
  return { before, execution: { ...execution, ...headAfter(audit) }, audit, unsettled: [] };
}
