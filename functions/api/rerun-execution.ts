// POST /executions/{executionId}/rerun
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { requireExecution, requireRunbook } from "../../shared/operations/access.ts";
import { once } from "../../shared/operations/once.ts";
import { otherRerunIssues, rerun } from "../../shared/operations/rerun-run.ts";
import { shown } from "../../shared/operations/shown-run.ts";

export const handler = apiHandler(
  "rerun-execution",
  async ({ body, caller, act, newId, now, keyed }, before) => {
    const run = await once(keyed, newId("execution"), {
      again: (id) => requireExecution(caller, "execute", id),
      act: async (record) => {
        const runbook = await requireRunbook(caller, "execute", before.execution.runbookId);
        return rerun(caller, runbook, before, { ...body, record }, { act, newId, now });
      },
    });
    return { body: await shown(run, caller), headers: { location: `/executions/${run.execution.id}` } };
  },
  { issues: otherRerunIssues },
);
