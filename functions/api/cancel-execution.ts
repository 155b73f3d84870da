// POST /executions/{executionId}/cancel
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { cancelRun } from "../../shared/operations/cancel-run.ts";
import { shown } from "../../shared/operations/shown-run.ts";

export const handler = apiHandler(
  "cancel-execution",
  async ({ params: { executionId }, body: { reason = null }, caller, actor, now, newId }) => {
    const run = await cancelRun(executionId, reason, { actor, now, newId });
    return { body: await shown(run, caller) };
  },
);
