// GET /automations/{automationId}
import { automationInPath } from "../../shared/application/request/access.ts";
import { toAutomationView } from "../../shared/domain/automations/automation.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler("get-automation", automationInPath, async (_request, automation) => ({
  body: toAutomationView(automation),
  headers: { etag: etag(automation.version) },
}));
