// POST /executions/{executionId}/rerun
import { handle } from "../../shared/http/handle.ts";
import { rerun } from "../../shared/operations/rerun-run.ts";
import { shownRun } from "../../shared/operations/shown-run.ts";
import { executionFor } from "../../shared/store/executions.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handle("rerun-execution", async ({ params, headers, caller, act, newId, now }) => {
  const before = await executionFor(caller, "execute", params.executionId);
  const runbook = await runbookFor(caller, "execute", before.execution.runbookId);
  const { id } = await rerun(caller, runbook, before, headers["idempotency-key"], { act, newId, now });
  return { body: await shownRun(id), headers: { location: `/executions/${id}` } };
});
