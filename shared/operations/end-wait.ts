// Ending the wait for a callback: the state machine goes on to record the outcome, which it reads from the table.
import type { Callback } from "../domain/callback.ts";
import { endTask } from "../engine/runs.ts";

/** False where no state machine waits, or none any more under one of these tokens. */
export async function endWait(
  executionId: string,
  { taskTokens }: Pick<Callback, "taskTokens">,
): Promise<boolean> {
  const ended = await Promise.all(taskTokens.map((token) => endTask(token, { executionId })));
  return ended.includes(true);
}
