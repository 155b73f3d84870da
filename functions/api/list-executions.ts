// GET /runbooks/{runbookId}/executions
import { summarizeExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { handle } from "../../shared/http/handle.ts";
import { listExecutions } from "../../shared/store/executions.ts";
import { historyFor } from "../../shared/store/runbooks.ts";

export const handler = handle("list-executions", async ({ params: { runbookId }, query, caller, page }) => {
  await historyFor(caller, runbookId);
  const { items, next } = await listExecutions(caller, runbookId, query.status, page);
  return {
    list: { items: items.map((execution) => summarizeExecution(execution, consoleUrl(execution.id))), next },
  };
});
