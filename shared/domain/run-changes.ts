// What happens to a run: pure decisions from the stored state, each with its audit entry.
import {
  type Actor,
  type AuditAction,
  type AuditEntry,
  appendToChain,
  EMPTY_CHAIN,
  headAfter,
} from "./audit.ts";
import { awaitsCallback, type Callback, type CallbackResult } from "./callback.ts";
import type { StoredDefinition } from "./definition.ts";
import { ACTIVE_STATUSES, type Attempt, type Execution, type ExecutionError } from "./execution.ts";
import type { Act, Runbook } from "./runbook-changes.ts";
import { requireRunnable } from "./runnable.ts";

/** What is to be written, if the stored run still has the status and audit sequence of `before` (null: no run yet). */
export type RunChange = { before: Execution | null; execution: Execution; audit: AuditEntry };

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
  const deadlineAt = new Date(Date.parse(act.at) + timeoutSeconds * 1000).toISOString();
  const execution: Execution = { ...before, status: "RUNNING", startedAt: act.at, deadlineAt };
  return changed(before, execution, "execution.started", act, { deadlineAt });
}

export type End =
  | { status: "SUCCESS"; error: null }
  | { status: "FAILED" | "CANCELLED"; error: ExecutionError };

const END_ACTIONS = {
  SUCCESS: "execution.succeeded",
  FAILED: "execution.failed",
  CANCELLED: "execution.cancelled",
} as const satisfies Record<End["status"], AuditAction>;

/** The one end of a run. */
export function endRun(before: Execution, end: End, act: Act): RunChange {
  const execution: Execution = { ...before, ...end, completedAt: act.at };
  return changed(before, execution, END_ACTIONS[end.status], act, { error: end.error });
}

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
 * where it did: then an attempt that never told its outcome is unknown, and no attempt at all is a failure of the
 * infrastructure. Where a callback completes the run, its word counts, and nothing else makes it a success.
 */
export function endProvenBy(run: Evidence, interrupted: ExecutionError | null, now: string): End {
  const { execution, attempts } = run;
  const last = attempts.at(-1);
  const calledBack = run.callback?.result ?? null;
  if (calledBack) return endCalledBack(calledBack);
  if (last?.outcome === "delivered") return endOfDelivered(run, interrupted, now);
  if (last && (last.outcome === "intended" || last.outcome === "unknown")) {
    return { status: "FAILED", error: last.error ?? unknownOutcome(last.number) };
  }
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

function noCallback(seconds: number): ExecutionError {
  const message = `The receiver accepted the call, but did not call back within ${seconds} seconds: it may still act. Check there before a rerun.`;
  return { code: "callback_timeout", message };
}

/**
 * The end of a run that was stopped. A run whose success is proven already stays a success;
 * otherwise the message says whether a receiver may have acted.
 */
export function cancelledEnd(run: Evidence, where: string): End {
  if (run.callback?.result) return endCalledBack(run.callback.result);
  const accepted = run.attempts.at(-1)?.outcome === "delivered";
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

function traceOf(attempts: readonly Attempt[]): string {
  const open = attempts.filter((a) => a.outcome === "intended" || a.outcome === "unknown");
  if (open.length > 0) return "A call went out whose outcome is not known: the receiver may have acted.";
  if (attempts.every((a) => a.outcome === "failed")) return "Nothing reached the receiver.";
  return "The receiver was called, and refused.";
}

export function infrastructure(message: string): ExecutionError {
  return { code: "infrastructure", message };
}

/** What is recorded of an attempt that went out, and whose outcome nobody will ever tell. */
export function leftUnknown(attempt: Attempt): Attempt {
  return { ...attempt, outcome: "unknown", error: unknownOutcome(attempt.number) };
}

function unknownOutcome(number: number): ExecutionError {
  const message = `Attempt ${number} went out, but its outcome is not known: the receiver may have acted. Check there before a rerun.`;
  return { code: "outcome_unknown", message };
}

function outOfTime(last: Attempt): ExecutionError {
  const why = last.error?.message ?? "The webhook did not succeed.";
  return { code: "run_timeout", message: `The time budget of the run ended. Last attempt: ${why}` };
}

function lastError(last: Attempt, attempts: number): ExecutionError {
  const error = last.error ?? infrastructure("The webhook did not succeed.");
  if (!last.retryable || attempts === 1) return error;
  return { code: error.code, message: `${error.message} Gave up after ${attempts} attempts.` };
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
  return { before, execution: { ...execution, ...headAfter(audit) }, audit };
}
