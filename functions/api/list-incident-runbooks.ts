// GET /incidents/{incidentId}/runbooks
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listRunnable } from "../../shared/store/incidents.ts";

export const handler = apiHandler("list-incident-runbooks", async ({ caller, page }, { teamId }) => ({
  list: await listRunnable(caller, teamId, page),
}));
