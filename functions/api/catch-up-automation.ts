// POST /automations/{automationId}/catch-up
import { catchUp } from "../../shared/application/automations/catch-up.ts";
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("catch-up-automation", automationInPath, async (call, automation) => ({
  body: await catchUp(automation, call.body, call),
}));
