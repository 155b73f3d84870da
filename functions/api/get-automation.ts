// GET /automations/{automationId}
import { showAutomation } from "../../shared/application/automations/approve-automation.ts";
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler("get-automation", automationInPath, async (_request, automation) => ({
  body: showAutomation(automation),
  headers: { etag: etag(automation.version) },
}));
