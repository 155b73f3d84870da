// POST /executions/{executionId}/close-break-glass
import { closeBreakGlassOf } from "../../shared/application/end/close-break-glass.ts";
import { getDefinition, toCompletedExecutionView } from "../../shared/application/execution-view.ts";
import { executionOfTeamInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "close-break-glass",
  executionOfTeamInPath,
  async ({ body: { note }, caller, act }, record) => {
    const execution = await closeBreakGlassOf(record.execution, note, act);
    const definition = await getDefinition(record);
    return { body: toCompletedExecutionView({ ...record, execution }, definition, caller) };
  },
);
