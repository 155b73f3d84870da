// GET /runbooks/{runbookId}/executions
import { runbookHistoryInPath } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { toExecutionSummary } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { consoleUrl } from "../../shared/step-functions/arns.ts";
import { listExecutions } from "../../shared/store/execution-lists.ts";

export const handler = apiHandler(
  "list-executions",
  runbookHistoryInPath,
  async ({ params: { runbookId }, query, caller, page }) => {
    const filter = { status: query.status, isVisible: mayView(caller) };
    const { items, next } = await listExecutions(runbookId, filter, page);
    return {
      list: {
        items: items.map((execution) => toExecutionSummary(execution, consoleUrl(execution.id))),
        next,
      },
    };
  },
);
