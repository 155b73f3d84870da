// Records callbacks of receivers, with every secret of the execution's calls masked. Stores nothing unmasked.
import type { RecordCallbackInput } from "../../contract/workflow.ts";
import { ServiceError } from "../../domain/errors.ts";
import {
  type CallbackNote,
  getCallbackDeadline,
  toCallbackResult,
} from "../../domain/executions/callback.ts";
import { isActive } from "../../domain/executions/execution-changes.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { recordNote, recordResult } from "../../store/callbacks.ts";
import { type ExecutionRecord, getExecutionRecord } from "../../store/executions.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { maskCallback } from "../../webhook/mask-callback.ts";
import { decryptMasks } from "./callback-masks.ts";
import { findTokenProblem, isSameHash, refuseCallback } from "./callback-token.ts";
import { endCallbackWait } from "./end-callback-wait.ts";

/** Conflict: another note took the same number, or another callback reported the outcome first. */
const NUMBER_TAKEN = {
  tries: 5,
  isConflict: () => true,
  giveUp: (cause: unknown) =>
    new ServiceError("unavailable", "Concurrent notes conflicted too often.", {
      cause,
      retryAfterSeconds: 1,
    }),
};

/** Records a note or the outcome. Any problem with execution, token or time gives the same `not_permitted`. */
export async function recordCallback(
  { executionId, tokenHash: hash, proof, given }: RecordCallbackInput,
  now: Date,
): Promise<void> {
  await retryOnConflict(async () => {
    const record = await getExecutionRecord(executionId);
    if (record && isRepeated(record, hash, proof))
      return isActive(record.execution) ? resumeStateMachine(executionId) : undefined;
    const reason = findRefusalReason(record, hash, now);
    if (!record || reason) throw refuseCallback(executionId, reason ?? "unknown run");
    const masked = maskCallback(given, await decryptMasks(executionId));
    if (masked.status === "RUNNING")
      return recordNote(executionId, hash, buildNote(record, masked.message, now));
    await recordResult(executionId, hash, toCallbackResult(masked, now.toISOString()), proof);
    return resumeStateMachine(executionId);
  }, NUMBER_TAKEN);
}

/**
 * Returns true if the callback repeats the recorded outcome. @throws `execution_finished` if it reports a different
 * one.
 */
function isRepeated({ callback, execution }: ExecutionRecord, hash: string, proof: string): boolean {
  if (!callback?.result || !callback.tokenHashes.some((known) => isSameHash(known, hash))) return false;
  if (callback.resultProof !== undefined && isSameHash(callback.resultProof, proof)) return true;
  const { id } = execution;
  logger.info("A callback was refused", { executionId: id, why: "a different outcome was already reported" });
  const message = `The outcome ${callback.result.status} was already reported and cannot be changed.`;
  throw new ServiceError("execution_finished", message);
}

/** Returns the reason for operators, or null. Callers do not learn which part was wrong. */
function findRefusalReason(record: ExecutionRecord | null, hash: string, now: Date): string | null {
  const tokenProblem = findTokenProblem(record, hash);
  if (tokenProblem || !record?.callback) return tokenProblem;
  const deadline = getCallbackDeadline(record);
  if (record.execution.status !== "RUNNING") return `the run is ${record.execution.status}`;
  return deadline !== null && now.toISOString() >= deadline ? "too late" : null;
}

function buildNote(record: ExecutionRecord, message: string, now: Date): CallbackNote {
  const last = record.callback?.notes.at(-1)?.number ?? 0;
  return { number: last + 1, at: now.toISOString(), message };
}

/** The outcome is stored. If SendTaskSuccess fails now, the waiting state or the reconciler finds it. */
async function resumeStateMachine(executionId: string): Promise<void> {
  try {
    const record = await getExecutionRecord(executionId);
    if (record?.callback) await endCallbackWait(executionId, record.callback);
  } catch (error) {
    const failure = toLogFields(error);
    logger.warn("SendTaskSuccess failed; the reconciler will end the wait", {
      executionId,
      failure,
    });
  }
}
