// GET /automations/{automationId}/versions
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listAutomationVersions } from "../../shared/store/automation-versions.ts";

export const handler = apiHandler("list-automation-versions", automationInPath, async ({ page }, { id }) => ({
  list: await listAutomationVersions(id, page),
}));
