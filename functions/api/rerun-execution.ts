// POST /executions/{executionId}/rerun
import { toFullExecutionView } from "../../shared/application/execution-view.ts";
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
  async ({ body, caller, actor, newId, now, keyed }, previous) => {
    const created = await withIdempotency(keyed, newId("execution"), {
      load: (id) => requireExecution(caller, "execute", id),
      create: async (record) => {
        const runbook = await requireRunbook(caller, "execute", previous.execution.runbookId);
        return rerunExecution(caller, runbook, previous, { ...body, record }, { actor, now, newId });
      },
    });
    return {
      body: await toFullExecutionView(created, caller),
      headers: { location: `/executions/${created.execution.id}` },
    };
  },
  { issues: inspectRerun },
);
