// GET /automations/{automationId}
import { showAutomation } from "../../shared/domain/automation.ts";
import { etag } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";

export const handler = apiHandler("get-automation", async (_request, automation) => ({
  body: showAutomation(automation),
  headers: { etag: etag(automation.version) },
}));
