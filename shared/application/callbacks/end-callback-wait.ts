// Ends the wait for a callback: the state machine continues and records the outcome, which it reads from the table.
import type { Callback } from "../../domain/executions/callback.ts";
import { sendTaskSuccess } from "../../step-functions/executions.ts";

/** Returns false if no state machine waits under any of these task tokens. */
export async function endCallbackWait(
  executionId: string,
  { taskTokens }: Pick<Callback, "taskTokens">,
): Promise<boolean> {
  const ended = await Promise.all(taskTokens.map((token) => sendTaskSuccess(token, { executionId })));
  return ended.includes(true);
}
