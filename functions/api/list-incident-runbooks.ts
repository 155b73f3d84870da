// GET /incidents/{incidentId}/runbooks
import { incidentInPath } from "../../shared/application/request/access.ts";
import { listRunnableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listLiveRunbooks } from "../../shared/store/incidents.ts";

export const handler = apiHandler(
  "list-incident-runbooks",
  incidentInPath,
  async ({ caller, page }, { teamId }) => ({
    list: await listLiveRunbooks(listRunnableScopes(caller, teamId), page),
  }),
);
