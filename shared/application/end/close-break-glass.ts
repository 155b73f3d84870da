// Closes the break-glass of an execution. Two who close at once: one closes, the other reads that it is closed.
import type { Act } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import { closeBreakGlass } from "../../domain/executions/break-glass-changes.ts";
import type { Execution } from "../../domain/executions/execution.ts";
import { saveBreakGlassClosing } from "../../store/break-glass.ts";
import { getExecutionRecord, isStale } from "../../store/executions.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";

/** Returns the execution with its closed break-glass. @throws as `closeBreakGlass`. */
export async function closeBreakGlassOf(
  execution: Execution,
  note: string,
  act: () => Act,
): Promise<Execution> {
  return retryOnConflict(
    async (again) => {
      const current = again ? ((await getExecutionRecord(execution.id))?.execution ?? execution) : execution;
      const closing = closeBreakGlass(current, note, act());
      if (!closing) return current;
      await saveBreakGlassClosing(closing);
      return closing.execution;
    },
    { tries: 5, isConflict: isStale, giveUp },
  );
}

function giveUp(cause: unknown): ServiceError {
  return new ServiceError("unavailable", "The execution keeps changing.", { cause, retryAfterSeconds: 1 });
}
