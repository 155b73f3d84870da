// GET /runbooks/{runbookId}/executions
import { summarizeExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listExecutions } from "../../shared/store/executions.ts";

export const handler = apiHandler(
  "list-executions",
  async ({ params: { runbookId }, query, caller, page }) => {
    const { items, next } = await listExecutions(caller, runbookId, query.status, page);
    return {
      list: {
        items: items.map((execution) => summarizeExecution(execution, consoleUrl(execution.id))),
        next,
      },
    };
  },
);
