// Ending the wait for a callback: the state machine goes on to record the outcome, which it reads from the table.
import type { Callback } from "../domain/callback.ts";
import { endTask } from "../engine/runs.ts";

/** False where no state machine waits, or none any more under this token. */
export async function endWait(
  executionId: string,
  { taskToken }: Pick<Callback, "taskToken">,
): Promise<boolean> {
  return taskToken !== null && (await endTask(taskToken, { executionId }));
}
