// The last state of a run: its one end, from the recorded attempts.

import type { CompleteInput, CompleteResult } from "../../contract/workflow.ts";
import type { Context } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import { isActive } from "../../domain/executions/execution-changes.ts";
import { internalFailure } from "../../domain/executions/outcome.ts";
import { completeFromAttempts } from "./complete-execution.ts";

/** A run that has ended before (cancelled, refused, closed by the sweep) stays as it ended. */
export async function recordOutcome(
  { executionId, failure }: CompleteInput,
  context: Context,
): Promise<CompleteResult> {
  const message = "A step of the workflow failed again and again; its log says why.";
  const execution = await completeFromAttempts(
    executionId,
    failure ? internalFailure(message) : null,
    context,
  );
  if (!execution) throw new ServiceError("internal_error", `There is no execution ${executionId}.`);
  // A machine that failed while the receiver works ends here; the run goes on until the callback, or its time is over.
  const error = isActive(execution) ? "callback_pending" : (execution.error?.code ?? "");
  return { executionId, status: execution.status, error };
}
