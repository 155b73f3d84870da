// The last state of the workflow: completes the execution with the outcome that its recorded attempts prove.

import type { CompleteInput, CompleteResult } from "../../contract/workflow.ts";
import type { Context } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import { isActive } from "../../domain/executions/execution-changes.ts";
import { internalFailure } from "../../domain/executions/outcome.ts";
import { completeFromAttempts } from "./complete-execution.ts";

/** An execution that has already completed (cancelled, refused, or completed by the reconciler) stays unchanged. */
export async function recordOutcome(
  { executionId, failure, refusal }: CompleteInput,
  context: Context,
): Promise<CompleteResult> {
  const message = "A step of the workflow failed on every retry; its log says why.";
  const execution = await completeFromAttempts(
    executionId,
    failure ? internalFailure(message) : null,
    context,
    refusal,
  );
  if (!execution) throw new ServiceError("internal_error", `There is no execution ${executionId}.`);
  // A state machine that fails while the receiver works ends here. The execution stays RUNNING until its callback or
  // the callback deadline.
  const error = isActive(execution) ? "callback_pending" : (execution.error?.code ?? "");
  return { executionId, status: execution.status, error };
}
