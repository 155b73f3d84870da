// Starts the wait for a callback: stores the task token, then checks whether there still is a callback to wait for.
import type { AwaitInput } from "../../contract/workflow.ts";
import { ServiceError } from "../../domain/errors.ts";
import { isAwaitingCallback } from "../../domain/executions/callback.ts";
import { saveTaskToken } from "../../store/callbacks.ts";
import { getExecutionRecord } from "../../store/executions.ts";
import { endCallbackWait } from "./end-callback-wait.ts";

/**
 * Stores the task token before checking for a callback. The check finds a callback that arrived earlier. A later one
 * finds the token.
 */
export async function startCallbackWait({ executionId, taskToken }: AwaitInput, now: Date): Promise<void> {
  await saveTaskToken(executionId, taskToken);
  const record = await getExecutionRecord(executionId);
  if (!record) throw new ServiceError("internal_error", `There is no execution ${executionId}.`);
  const isWaiting = record.execution.status === "RUNNING" && isAwaitingCallback(record, now.toISOString());
  if (!isWaiting) await endCallbackWait(executionId, { taskTokens: [taskToken] });
}
