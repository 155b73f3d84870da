// POST /executions/cancel

import { forEachId } from "../../shared/application/each-id.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { requireExecution, scopeInBody } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toBulkResult } from "../../shared/http/bulk-result.ts";

export const handler = apiHandler(
  "cancel-executions",
  scopeInBody,
  async ({ body: { executionIds, reason = null }, caller, actor, now, newId, requestId }) => {
    const settled = await forEachId(executionIds, async (id) => {
      await requireExecution(caller, "execute", id);
      const { execution } = await cancelExecution(id, reason, { actor, now, newId });
      return summarizeExecution(execution);
    });
    return { body: { items: settled.map((one) => toBulkResult(one, 200, requestId)) } };
  },
);
