// Reconciles an execution with its state machine execution if one has progressed without the other.

import { TIME_LIMITS } from "../../contract/workflow.ts";
import type { Actor } from "../../domain/audit.ts";
import type { TaskContext } from "../../domain/context.ts";
import { isAwaitingCallback } from "../../domain/executions/callback.ts";
import type { Execution } from "../../domain/executions/execution.ts";
import { isActive, systemActor } from "../../domain/executions/execution-changes.ts";
import { cancelledOutcome, internalFailure } from "../../domain/executions/outcome.ts";
import { getLatestProgress } from "../../domain/executions/progress.ts";
import {
  describeStateMachineExecution,
  type StateMachineExecutionStatus,
  startStateMachineExecution,
  stopStateMachineExecution,
} from "../../step-functions/executions.ts";
import { getExecution, getExecutionRecord } from "../../store/executions.ts";
import { clearMissingExecution, noteMissingExecution } from "../../store/missing-executions.ts";
import { endCallbackWait } from "../callbacks/end-callback-wait.ts";
import { admitQueued } from "../start/admit-next.ts";
import { completeExecution, completeFromAttempts } from "./complete-execution.ts";
import { releaseSlot } from "./settle-call.ts";

/**
 * `none`: no action is needed, because the execution is under way, queued or complete. `released`: the last call of a
 * completed execution is over, and its concurrency slot is released. `waiting`: for its callback. `resumed`: that wait is
 * over, and the state machine has been told so.
 */
type ReconcileResult = "none" | "started" | "completed" | "released" | "waiting" | "resumed";

/** Younger executions may still be between their transaction and StartExecution. */
const START_GRACE_MS = 15_000;

/**
 * DescribeExecution is eventually consistent: it may briefly not find an execution that is under way. So a RUNNING
 * execution is completed as missing only if a later pass, at least this much later, does not find it either.
 */
const MISSING_GRACE_MS = 30_000;

/** Compares an execution with its state machine execution and repairs any difference. */
export async function reconcile(id: string, context: TaskContext): Promise<ReconcileResult> {
  const execution = await getExecution(id);
  if (!execution) return "none";
  if (!isActive(execution)) return (await releaseSlot(id, context.now)) ? "released" : "none";
  const status = await describeStateMachineExecution(id);
  if (status === "missing") {
    return execution.status === "PENDING"
      ? restartStateMachine(execution, context)
      : completeIfMissing(execution, context);
  }
  if (execution.missingSince) await clearMissingExecution(id);
  return status === "RUNNING"
    ? checkRunning(execution, context)
    : completeForStateMachine(id, status, context);
}

async function restartStateMachine(execution: Execution, { now }: TaskContext): Promise<ReconcileResult> {
  if (now.getTime() - Date.parse(execution.createdAt) < START_GRACE_MS) return "none";
  if (!(await admitQueued(execution))) return "none";
  await startStateMachineExecution(execution.id);
  return "started";
}

async function completeIfMissing(execution: Execution, context: TaskContext): Promise<ReconcileResult> {
  const now = context.now.getTime();
  const record = await getExecutionRecord(execution.id);
  if (!record || now - getLatestProgress(record) < START_GRACE_MS) return "none";
  const { missingSince } = record.execution;
  if (missingSince === undefined) await noteMissingExecution(execution.id, context.now);
  if (missingSince === undefined || now - Date.parse(missingSince) < MISSING_GRACE_MS) return "none";
  return completeForStateMachine(execution.id, "missing", context);
}

/** Leaves a running state machine alone, unless its callback deadline or its own latest end has passed. */
async function checkRunning(execution: Execution, context: TaskContext): Promise<ReconcileResult> {
  if (execution.status === "PENDING") return "none";
  const now = context.now.toISOString();
  const record = await getExecutionRecord(execution.id);
  if (!record) return "none";
  if (isAwaitingCallback(record, now)) return "waiting";
  if (record.callback && (await endCallbackWait(execution.id, record.callback))) return "resumed";
  if (now < computeLatestEnd(execution)) return "none";
  // Record the outcome before the stop. Otherwise the event about the stop would be taken for a manual one.
  await completeFromAttempts(execution.id, internalFailure(OVERDUE_MESSAGE), { ...context, actor });
  await stopStateMachineExecution(execution.id, "The run is past its deadline");
  return "completed";
}

/**
 * Delivery ends within the overall deadline, one last attempt and some tries to record the outcome. A callback's
 * timeout is added.
 */
function computeLatestEnd({ deadlineAt, createdAt, callbackTimeoutSeconds = 0 }: Execution): string {
  const seconds = TIME_LIMITS.delivery + callbackTimeoutSeconds;
  return new Date(Date.parse(deadlineAt ?? createdAt) + seconds * 1000).toISOString();
}

const OVERDUE_MESSAGE = "The state machine ran past the deadline of the run and was stopped.";

const actor: Actor = systemActor("reconciler");

/**
 * Completes an execution whose state machine ended without recording an outcome. The attempts and the state machine's
 * status decide the outcome.
 */
export async function completeForStateMachine(
  id: string,
  status: Exclude<StateMachineExecutionStatus, "RUNNING">,
  context: TaskContext,
): Promise<ReconcileResult> {
  const before = await getExecution(id);
  if (!before || !isActive(before)) return "none";
  const after =
    status === "ABORTED"
      ? await completeExecution(id, { ...context, actor }, (record) =>
          cancelledOutcome(record, "in the AWS console"),
        )
      : await completeFromAttempts(id, internalFailure(FAILURE_MESSAGES[status]), { ...context, actor });
  return after && isActive(after) ? "none" : "completed";
}

const FAILURE_MESSAGES = {
  missing: "The state machine has no record of this run.",
  SUCCEEDED: "The state machine ended without recording the outcome.",
  FAILED: "The state machine failed before it could record the outcome.",
  TIMED_OUT: "The state machine ran out of time before it could record the outcome.",
} as const;
