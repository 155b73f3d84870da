// Cancelling a run: its end is written first, then the state machine is stopped; either alone is put right by the sweep.
import type { Context } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import { cancelledOutcome } from "../../domain/executions/outcome.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { stopStateMachineExecution } from "../../step-functions/executions.ts";
import type { ExecutionRecord } from "../../store/executions.ts";
import { tryComplete } from "./complete-execution.ts";

/**
 * The run as it was when its end was written: that end says whether anything was sent. Throws `execution_finished` with
 * the end of a run that had ended before, or whose success was proven already.
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
      `The run ended before: it is ${execution?.status}, since ${execution?.completedAt}.`,
    );
  }
  await tryStopStateMachine(id, reason ?? "Cancelled through the API");
  return completion.record;
}

/** Without the full stop that may end a reason: the sentence it stands in has its own. */
const describeCanceller = ({ actor }: Context, reason: string | null) =>
  `by ${actor.id}${reason ? `: ${reason.replace(/\.+$/, "")}` : ""}`;

/** The run is over, whatever the machine does now: its next step finds that, and does nothing. */
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
