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
  return { status: "FAILED", error: overdue ? timeoutError(last) : lastAttemptError(last, attempts.length) };
}

/** Callers that close a run do so only when its callback is no longer awaited. */
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
  const text = message
    ? `The receiver called back that it failed: ${message}`
    : "The receiver called back that it failed.";
  return { status: "FAILED", error: { code: "callback_failed", message: text.slice(0, 500) } };
}

/**
 * The end of a run that was stopped. A run whose success is proven already stays a success;
 * otherwise the message says whether a receiver may have acted.
 */
export function cancelledOutcome(evidence: Evidence, where: string): Outcome {
  if (evidence.callback?.result) return callbackOutcome(evidence.callback.result);
  const accepted = evidence.attempts.some(isDelivered);
  if (accepted && evidence.execution.callbackTimeoutSeconds === undefined)
    return { status: "SUCCESS", error: null };
  const stopped = `The run was stopped ${where}`;
  const trace = accepted
    ? "The receiver has accepted the call, and may act on it still."
    : describeDelivery(evidence.attempts);
  return {
    status: "CANCELLED",
    error: { code: "cancelled", message: `${truncate(498 - trace.length, stopped)}. ${trace}` },
  };
}

/** What a long reason must not push out of sight comes after it. */
const truncate = (length: number, text: string) =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

export function internalFailure(message: string): ExecutionError {
  return { code: "infrastructure", message };
}
