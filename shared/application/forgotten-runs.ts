// Runs that Step Functions knows and the table does not: those that a restored table has forgotten.
import { listStateMachineExecutions } from "../step-functions/list-executions.ts";
import { getExecution } from "../store/executions.ts";

/** `status` is that of the state machine. `endedAt` null: it has not ended. */
type ForgottenRun = { id: string; status: string; startedAt: string; endedAt: string | null };

/** Yields the forgotten runs of the state machine that started at this time or later, newest first. */
export async function* findForgottenRuns(since: Date): AsyncGenerator<ForgottenRun> {
  for await (const page of listStateMachineExecutions(since)) {
    const known = await Promise.all(page.map(({ name = "" }) => getExecution(name)));
    for (const [n, { name = "", status = "", startDate, stopDate }] of page.entries()) {
      if (known[n]) continue;
      const startedAt = startDate?.toISOString() ?? "";
      yield { id: name, status, startedAt, endedAt: stopDate?.toISOString() ?? null };
    }
  }
}
