// Ending the wait for a callback: the state machine goes on to record the outcome, which it reads from the table.
import type { Callback } from "../../domain/executions/callback.ts";
import { sendTaskSuccess } from "../../step-functions/executions.ts";

/** False where no state machine waits, or none any more under one of these tokens. */
export async function endCallbackWait(
  executionId: string,
  { taskTokens }: Pick<Callback, "taskTokens">,
): Promise<boolean> {
  const ended = await Promise.all(taskTokens.map((token) => sendTaskSuccess(token, { executionId })));
  return ended.includes(true);
}
