// GET /runbooks/{runbookId}/executions
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { runbookHistoryInPath } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listExecutions } from "../../shared/store/execution-lists.ts";

export const handler = apiHandler(
  "list-executions",
  runbookHistoryInPath,
  async ({ params: { runbookId }, query, caller, page }) => {
    const filter = { status: query.status, isVisible: mayView(caller) };
    const { items, next } = await listExecutions(runbookId, filter, page);
    return {
      list: {
        items: items.map(summarizeExecution),
        next,
      },
    };
  },
);
