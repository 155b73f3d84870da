// GET /incidents/{incidentId}/runbooks
import { incidentInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listRunnableRunbooks } from "../../shared/store/incidents.ts";

export const handler = apiHandler(
  "list-incident-runbooks",
  incidentInPath,
  async ({ caller, page }, { teamId }) => ({
    list: await listRunnableRunbooks(caller, teamId, page),
  }),
);
