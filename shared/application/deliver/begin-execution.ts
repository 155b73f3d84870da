// Begins an execution: PENDING becomes RUNNING only if the execution's version is still the approved one.

import type { BeginResult } from "../../contract/workflow.ts";
import { type Context, toAct } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { markRunning, systemActor } from "../../domain/executions/execution-changes.ts";
import { internalFailure } from "../../domain/executions/outcome.ts";
import { pausedMessage } from "../../domain/kill-switches.ts";
import { ConditionFailed } from "../../store/client.ts";
import { getPause } from "../../store/controls.ts";
import { type ExecutionRecord, getExecutionRecord, isStale, saveExecution } from "../../store/executions.ts";
import { completeExecution } from "../end/complete-execution.ts";
import { requireExecutionVersion } from "../request/version-to-execute.ts";

/** Idempotent: a RUNNING execution continues after its last attempt, and a completed one stays unchanged. */
export async function beginExecution(id: string, context: Context): Promise<BeginResult> {
  const record = await getExecutionRecord(id);
  if (!record) throw new ServiceError("internal_error", `There is no execution ${id}.`);
  if (record.execution.status === "PENDING") return tryBegin(record, context);
  return record.execution.status === "RUNNING" ? resumeDelivery(record) : completeResult(id);
}

const completeResult = (executionId: string): BeginResult => ({ executionId, next: "complete", attempt: 1 });

/** An attempt that was claimed and has no outcome yet is examined again under its own number. */
function resumeDelivery({ execution, attempts }: ExecutionRecord): BeginResult {
  const last = attempts.at(-1);
  const attempt = !last ? 1 : last.outcome === "in_progress" ? last.number : last.number + 1;
  return { executionId: execution.id, next: "deliver", attempt };
}

async function tryBegin(record: ExecutionRecord, context: Context): Promise<BeginResult> {
  const { execution } = record;
  const { version, definitionError } = await requireExecutionVersion(execution);
  if (definitionError) return failExecution(execution.id, definitionError, context);
  const act = toAct({ ...context, actor: systemActor("workflow") });
  try {
    await saveExecution(markRunning(execution, version.definition.timeoutSeconds, act));
    return resumeDelivery(record);
  } catch (error) {
    if (isStale(error)) return beginExecution(execution.id, context);
    if (!(error instanceof ConditionFailed)) throw error;
    return failExecution(execution.id, await explainRefusal(execution, error), context);
  }
}

async function failExecution(id: string, error: ExecutionError, context: Context): Promise<BeginResult> {
  await completeExecution(id, context, () => ({ status: "FAILED", error }));
  return completeResult(id);
}

/** Returns why the execution may not begin. Nothing was sent. */
async function explainRefusal(execution: Execution, { labels }: ConditionFailed): Promise<ExecutionError> {
  if (labels.includes("approval")) return approvalWithdrawnError(execution.runbookVersion);
  if (!labels.includes("kill-switch")) return internalFailure("The run lost its concurrency slot.");
  const control = await getPause(execution);
  // The pause ended between the transaction and this read. It was on when the execution was to begin.
  const reason = control ? pausedMessage(control) : "New runs were paused.";
  return { code: "paused", message: `${reason} Nothing was sent.`.slice(0, 500) };
}

function approvalWithdrawnError(version: number) {
  const message = `The runbook was changed, deprecated or deleted after the start: version ${version} is no longer the approved one. Nothing was sent.`;
  return { code: "runbook_not_approved", message } as const;
}
