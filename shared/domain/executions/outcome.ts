// The outcome of an execution, decided from its recorded attempts and its callback alone.
import {
  callbackTimeoutError,
  describeDelivery,
  inProgressError,
  isDelivered,
  isInProgress,
  lastAttemptError,
  timeoutError,
  unknownOutcomeError,
} from "./attempts.ts";
import { type Callback, type CallbackResult, isAwaitingCallback } from "./callback.ts";
import type { Attempt, Execution, ExecutionError } from "./execution.ts";

export type Outcome =
  | { status: "SUCCESS"; error: null }
  | { status: "FAILED" | "CANCELLED"; error: ExecutionError };

/** The records that decide the outcome. */
export type Evidence = {
  execution: Pick<Execution, "deadlineAt" | "callbackTimeoutSeconds">;
  attempts: readonly Attempt[];
  callback: Callback | null;
};

/**
 * Returns the outcome proven by attempts and callback. `interrupted`: why the state machine execution stopped by
 * itself, else null. If it stopped, an attempt without an outcome makes the outcome unknown, and no attempt at all is
 * an internal failure. If the runbook completes by callback, only the callback makes it a success.
 */
export function outcomeProvenBy(
  evidence: Evidence,
  interrupted: ExecutionError | null,
  now: string,
): Outcome {
  const { execution, attempts } = evidence;
  const last = attempts.find(isDelivered) ?? attempts.at(-1);
  const calledBack = evidence.callback?.result ?? null;
  if (calledBack) return callbackOutcome(calledBack);
  if (last?.outcome === "delivered") return deliveredOutcome(evidence, interrupted, now);
  if (last && isInProgress(last)) return { status: "FAILED", error: inProgressError(last.number) };
  if (last?.outcome === "unknown")
    return { status: "FAILED", error: last.error ?? unknownOutcomeError(last.number) };
  if (interrupted) return { status: "FAILED", error: interrupted };
  if (!last)
    return { status: "FAILED", error: internalFailure("The run ended before the webhook was called.") };
  const overdue = execution.deadlineAt !== null && now >= execution.deadlineAt && last.retryable;
  return { status: "FAILED", error: (overdue ? timeoutError : lastAttemptError)(last, attempts) };
}

/** Callers complete an execution only after its callback wait is over. */
function deliveredOutcome(evidence: Evidence, interrupted: ExecutionError | null, now: string): Outcome {
  if (evidence.execution.callbackTimeoutSeconds === undefined) return { status: "SUCCESS", error: null };
  if (isAwaitingCallback(evidence, now)) {
    const error = interrupted ?? internalFailure("The run ended before the receiver called back.");
    return { status: "FAILED", error };
  }
  return { status: "FAILED", error: callbackTimeoutError(evidence.execution.callbackTimeoutSeconds) };
}

function callbackOutcome({ status, message }: CallbackResult): Outcome {
  if (status === "SUCCESS") return { status: "SUCCESS", error: null };
  const text = message ? `The receiver reported a failure: ${message}` : "The receiver reported a failure.";
  return { status: "FAILED", error: { code: "callback_failed", message: text.slice(0, 500) } };
}

/**
 * Returns the outcome of a cancelled execution. A proven success stays a success. Otherwise the message says whether a
 * receiver may have acted.
 */
export function cancelledOutcome(evidence: Evidence, where: string): Outcome {
  if (evidence.callback?.result) return callbackOutcome(evidence.callback.result);
  const accepted = evidence.attempts.some(isDelivered);
  if (accepted && evidence.execution.callbackTimeoutSeconds === undefined)
    return { status: "SUCCESS", error: null };
  const stopped = `The run was stopped ${where}`;
  const trace = accepted
    ? "The receiver accepted the call and may still act on it."
    : describeDelivery(evidence.attempts);
  return {
    status: "CANCELLED",
    error: { code: "cancelled", message: `${truncate(498 - trace.length, stopped)}. ${trace}` },
  };
}

/** Shortens a long reason, so that the text after it stays visible. */
const truncate = (length: number, text: string) =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

export function internalFailure(message: string): ExecutionError {
  return { code: "internal_failure", message };
}
