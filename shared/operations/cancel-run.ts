// Cancelling a run: its end is written first, then the state machine is stopped; either alone is put right by the sweep.
import { RunbookError } from "../domain/errors.ts";
import { cancelledEnd } from "../domain/run-changes.ts";
import { stopMachine } from "../engine/runs.ts";
import { loggable, logger } from "../observe/logger.ts";
import type { Run } from "../store/executions.ts";
import { type Closer, endNow } from "./close-run.ts";

/**
 * The run as it was when its end was written: that end says whether anything was sent. Throws `execution_finished` with
 * the end of a run that had ended before, or whose success was proven already.
 */
export async function cancelRun(id: string, reason: string | null, closer: Closer): Promise<Run> {
  const closed = await endNow(id, closer, (run) => cancelledEnd(run, by(closer, reason)));
  const execution = closed?.run.execution;
  if (!closed?.endedNow || execution?.status !== "CANCELLED") {
    throw new RunbookError(
      "execution_finished",
      `The run ended before: it is ${execution?.status}, since ${execution?.completedAt}.`,
    );
  }
  await stop(id, reason ?? "Cancelled through the API");
  return closed.run;
}

/** Without the full stop that may end a reason: the sentence it stands in has its own. */
const by = ({ actor }: Closer, reason: string | null) =>
  `by ${actor.id}${reason ? `: ${reason.replace(/\.+$/, "")}` : ""}`;

/** The run is over, whatever the machine does now: its next step finds that, and does nothing. */
async function stop(id: string, cause: string): Promise<void> {
  try {
    await stopMachine(id, cause.slice(0, 256));
  } catch (error) {
    logger.warn("The state machine could not be stopped; it ends at its next step", {
      executionId: id,
      failure: loggable(error),
    });
  }
}
