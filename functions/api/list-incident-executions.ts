// GET /incidents/{incidentId}/executions
import { summarizeExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { handle } from "../../shared/http/handle.ts";
import { listIncidentExecutions } from "../../shared/store/executions.ts";
import { incidentOf } from "../../shared/store/incidents.ts";

export const handler = handle(
  "list-incident-executions",
  async ({ params: { incidentId }, caller, page }) => {
    await incidentOf(caller, "view", incidentId);
    const { items, next } = await listIncidentExecutions(caller, incidentId, page);
    return {
      list: {
        items: items.map((execution) => summarizeExecution(execution, consoleUrl(execution.id))),
        next,
      },
    };
  },
);
