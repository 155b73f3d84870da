// Waiting for a callback: where the state machine waits is kept first, then whether there is anything to wait for.
import type { AwaitInput } from "../../contract/workflow.ts";
import { ServiceError } from "../../domain/errors.ts";
import { isAwaitingCallback } from "../../domain/executions/callback.ts";
import { saveTaskToken } from "../../store/callbacks.ts";
import { getExecutionRecord } from "../../store/executions.ts";
import { endCallbackWait } from "./end-callback-wait.ts";

/** A callback that came before finds no token, and one that comes after this look finds it: none falls in between. */
export async function startCallbackWait({ executionId, taskToken }: AwaitInput, now: Date): Promise<void> {
  await saveTaskToken(executionId, taskToken);
  const record = await getExecutionRecord(executionId);
  if (!record) throw new ServiceError("internal_error", `There is no execution ${executionId}.`);
  const isWaiting = record.execution.status === "RUNNING" && isAwaitingCallback(record, now.toISOString());
  if (!isWaiting) await endCallbackWait(executionId, { taskTokens: [taskToken] });
}
