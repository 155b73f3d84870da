// GET /incidents/{incidentId}/executions
import { incidentInPath } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { toExecutionSummary } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { consoleUrl } from "../../shared/step-functions/arns.ts";
import { listIncidentExecutions } from "../../shared/store/execution-lists.ts";

export const handler = apiHandler(
  "list-incident-executions",
  incidentInPath,
  async ({ params: { incidentId }, query, caller, page }) => {
    const filter = { status: query.status, isVisible: mayView(caller) };
    const { items, next } = await listIncidentExecutions(incidentId, filter, page);
    return {
      list: {
        items: items.map((execution) => toExecutionSummary(execution, consoleUrl(execution.id))),
        next,
      },
    };
  },
);
