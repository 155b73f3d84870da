// POST /executions/{executionId}/cancel
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { getDefinition, toCompletedExecutionView } from "../../shared/application/execution-view.ts";
import { executionInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "cancel-execution",
  executionInPath,
  async ({ params: { executionId }, body: { reason = null }, caller, actor, now, newId }, run) => {
    const definition = await getDefinition(run);
    const cancelled = await cancelExecution(executionId, reason, { actor, now, newId });
    return { body: toCompletedExecutionView(cancelled, definition, caller) };
  },
);
