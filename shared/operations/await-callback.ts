// Waiting for a callback: where the state machine waits is kept first, then whether there is anything to wait for.
import type { AwaitInput } from "../contract/workflow.ts";
import { awaitsCallback } from "../domain/callback.ts";
import { RunbookError } from "../domain/errors.ts";
import { keepTaskToken } from "../store/callbacks.ts";
import { getRun } from "../store/executions.ts";
import { endWait } from "./end-wait.ts";

/** A callback that came before finds no token, and one that comes after this look finds it: none falls in between. */
export async function awaitCallback({ executionId, taskToken }: AwaitInput, now: Date): Promise<void> {
  await keepTaskToken(executionId, taskToken);
  const run = await getRun(executionId);
  if (!run) throw new RunbookError("internal_error", `There is no execution ${executionId}.`);
  const waits = run.execution.status === "RUNNING" && awaitsCallback(run, now.toISOString());
  if (!waits) await endWait(executionId, { taskTokens: [taskToken] });
}
