// POST /executions/{executionId}/rerun
import { handleGuarded } from "../../shared/http/handle.ts";
import { once } from "../../shared/operations/once.ts";
import { otherRerunIssues, rerun } from "../../shared/operations/rerun-run.ts";
import { shown } from "../../shared/operations/shown-run.ts";
import { executionFor } from "../../shared/store/executions.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handleGuarded(
  "rerun-execution",
  () => undefined,
  async ({ params, body, caller, act, newId, now, keyed }) => {
    const run = await once(keyed, newId("execution"), {
      again: (id) => executionFor(caller, "execute", id),
      act: async (record) => {
        const before = await executionFor(caller, "execute", params.executionId);
        const runbook = await runbookFor(caller, "execute", before.execution.runbookId);
        return rerun(caller, runbook, before, { ...body, record }, { act, newId, now });
      },
    });
    return { body: await shown(run, caller), headers: { location: `/executions/${run.execution.id}` } };
  },
  (data, _guarded, { params, caller }) => otherRerunIssues(data, params.executionId, caller),
);
