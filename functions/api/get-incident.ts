// GET /incidents/{incidentId}
import { incidentInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("get-incident", incidentInPath, async (_request, incident) => ({
  body: incident,
}));
