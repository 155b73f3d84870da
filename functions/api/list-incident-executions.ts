// GET /incidents/{incidentId}/executions
import { summarizeExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listIncidentExecutions } from "../../shared/store/executions.ts";

export const handler = apiHandler(
  "list-incident-executions",
  async ({ params: { incidentId }, caller, page }) => {
    const { items, next } = await listIncidentExecutions(caller, incidentId, page);
    return {
      list: {
        items: items.map((execution) => summarizeExecution(execution, consoleUrl(execution.id))),
        next,
      },
    };
  },
);
