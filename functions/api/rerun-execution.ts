// POST /executions/{executionId}/rerun
import { getExecutionView, toCreatedExecutionView } from "../../shared/application/execution-view.ts";
import {
  executionInPath,
  requireExecution,
  requireRunbook,
} from "../../shared/application/request/access.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { inspectRerun, rerunExecution } from "../../shared/application/start/rerun-execution.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "rerun-execution",
  executionInPath,
  async ({ body: asked, caller, actor, newId, now, keyed }, previous) => {
    const body = await withIdempotency(keyed, newId("execution"), {
      load: async (id) => getExecutionView(await requireExecution(caller, "execute", id), caller),
      create: async (record) => {
        const runbook = await requireRunbook(caller, "execute", previous.execution.runbookId);
        const again = { ...asked, record };
        const created = await rerunExecution(caller, runbook, previous, again, { actor, now, newId });
        return toCreatedExecutionView(created, caller);
      },
    });
    return {
      body,
      headers: { location: `/executions/${body.id}` },
    };
  },
  { issues: inspectRerun },
);
