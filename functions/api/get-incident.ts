// GET /incidents/{incidentId}
import { apiHandler } from "../../shared/lambda/api-handler.ts";

export const handler = apiHandler("get-incident", async (_request, incident) => ({ body: incident }));
