// GET /incidents/{incidentId}/executions
import { incidentInPath } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { toExecutionSummary } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { consoleUrl } from "../../shared/step-functions/arns.ts";
import { listIncidentExecutions } from "../../shared/store/executions.ts";

export const handler = apiHandler(
  "list-incident-executions",
  incidentInPath,
  async ({ params: { incidentId }, caller, page }) => {
    const { items, next } = await listIncidentExecutions(incidentId, mayView(caller), page);
    return {
      list: {
        items: items.map((execution) => toExecutionSummary(execution, consoleUrl(execution.id))),
        next,
      },
    };
  },
);
