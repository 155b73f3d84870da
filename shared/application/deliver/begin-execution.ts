// How an execution begins: with the claim of its first attempt, only if its version is still the approved one.

import { toAct } from "../../domain/context.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { type ExecutionChange, markRunning, systemActor } from "../../domain/executions/execution-changes.ts";
import { internalFailure } from "../../domain/executions/outcome.ts";
import type { IdSource } from "../../domain/ids.ts";
import { pausedMessage } from "../../domain/kill-switches.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { ConditionFailed } from "../../store/client.ts";
import { getPause } from "../../store/controls.ts";

/** Returns the change from PENDING to RUNNING, for the transaction that claims the first attempt. */
export function planBeginning(
  execution: Execution,
  { definition }: RunbookVersion,
  context: { now: Date; newId: IdSource },
): ExecutionChange {
  return markRunning(
    execution,
    definition.timeoutSeconds,
    toAct({ ...context, actor: systemActor("workflow") }),
  );
}

/** Returns why the execution may not begin. Nothing was sent. */
export async function explainRefusal(
  execution: Execution,
  { labels }: ConditionFailed,
): Promise<ExecutionError> {
  if (labels.includes("approval")) return approvalWithdrawnError(execution.runbookVersion);
  if (!labels.includes("kill-switch")) return internalFailure("The run lost its concurrency slot.");
  const control = await getPause(execution);
  // The pause ended between the transaction and this read. It was on when the execution was to begin.
  const reason = control ? pausedMessage(control) : "New runs were paused.";
  return { code: "paused", message: `${reason} Nothing was sent.`.slice(0, 500) };
}

function approvalWithdrawnError(version: number): ExecutionError {
  const message = `The runbook was changed, deprecated or deleted after the start: version ${version} is no longer the approved one. Nothing was sent.`;
  return { code: "runbook_not_approved", message };
}
