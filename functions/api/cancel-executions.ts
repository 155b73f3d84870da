// POST /executions/cancel
import { forEachExecution } from "../../shared/application/each-execution.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { requireExecution, scopeInBody } from "../../shared/application/request/access.ts";
import { toExecutionSummary } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toBulkResult } from "../../shared/http/bulk-result.ts";
import { consoleUrl } from "../../shared/step-functions/arns.ts";

export const handler = apiHandler(
  "cancel-executions",
  scopeInBody,
  async ({ body: { executionIds, reason = null }, caller, actor, now, newId, requestId }) => {
    const settled = await forEachExecution(executionIds, async (id) => {
      await requireExecution(caller, "execute", id);
      const { execution } = await cancelExecution(id, reason, { actor, now, newId });
      return toExecutionSummary(execution, consoleUrl(id));
    });
    return { body: { items: settled.map((one) => toBulkResult(one, 200, requestId)) } };
  },
);
