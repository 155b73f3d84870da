// Cancelling a run: its end is written first, then the state machine is stopped; either alone is put right by the sweep.
import { RunbookError } from "../domain/errors.ts";
import { cancelledEnd } from "../domain/run-changes.ts";
import { stopMachine } from "../engine/runs.ts";
import { loggable, logger } from "../observe/logger.ts";
import { type Closer, endWith } from "./close-run.ts";

/** Throws `execution_finished` with the end of a run that had ended before, however it ended. */
export async function cancelRun(id: string, reason: string | null, closer: Closer): Promise<void> {
  const ended = await endWith(id, closer, (run) => cancelledEnd(run, by(closer, reason)));
  if (ended?.status !== "CANCELLED" || ended.completedAt !== closer.now.toISOString()) {
    throw new RunbookError(
      "execution_finished",
      `The run ended before: it is ${ended?.status}, since ${ended?.completedAt}.`,
    );
  }
  await stop(id, reason ?? "Cancelled through the API");
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
