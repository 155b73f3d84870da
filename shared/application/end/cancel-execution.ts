// Cancels an execution: records the outcome, then stops the state machine. The reconciler repairs a failure in between.
import type { Context } from "../../domain/context.ts";
import { nameOf } from "../../domain/display-text.ts";
import { ServiceError } from "../../domain/errors.ts";
import { cancelledOutcome } from "../../domain/executions/outcome.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { stopStateMachineExecution } from "../../step-functions/executions.ts";
import type { ExecutionRecord } from "../../store/executions.ts";
import { tryComplete } from "./complete-execution.ts";

/**
 * Returns the cancelled execution. Its error says whether a request was sent. @throws `execution_finished` if the
 * execution has already completed, or its success was already proven. The message names its status.
 */
export async function cancelExecution(
  id: string,
  reason: string | null,
  context: Context,
): Promise<ExecutionRecord> {
  const completion = await tryComplete(id, context, (record) =>
    cancelledOutcome(record, describeCanceller(context, reason)),
  );
  const execution = completion?.record.execution;
  if (!completion?.completedNow || execution?.status !== "CANCELLED") {
    throw new ServiceError(
      "execution_finished",
      `The run has already completed with ${execution?.status} (${execution?.completedAt}).`,
    );
  }
  await tryStopStateMachine(id, reason ?? "Cancelled through the API");
  return completion.record;
}

/** Drops a full stop at the end of the reason, because the sentence around it has its own. */
const describeCanceller = ({ actor }: Context, reason: string | null) =>
  `by ${nameOf(actor.id, actor.name)}${reason ? `: ${reason.replace(/\.+$/, "")}` : ""}`;

/**
 * The execution is complete even if the stop fails. The state machine's next step then finds it complete and does
 * nothing.
 */
async function tryStopStateMachine(id: string, cause: string): Promise<void> {
  try {
    await stopStateMachineExecution(id, cause.slice(0, 256));
  } catch (error) {
    logger.warn("The state machine could not be stopped; it ends at its next step", {
      executionId: id,
      failure: toLogFields(error),
    });
  }
}
