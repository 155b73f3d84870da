// GET /incidents/{incidentId}/executions
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { incidentInPath } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listIncidentExecutions } from "../../shared/store/execution-lists.ts";

export const handler = apiHandler(
  "list-incident-executions",
  incidentInPath,
  async ({ params: { incidentId }, query, caller, page }) => {
    const filter = { status: query.status, isVisible: mayView(caller) };
    const { items, next } = await listIncidentExecutions(incidentId, filter, page);
    return {
      list: {
        items: items.map(summarizeExecution),
        next,
      },
    };
  },
);
