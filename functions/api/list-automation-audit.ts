// GET /automations/{automationId}/audit
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listAutomationAudit } from "../../shared/store/audit.ts";

export const handler = apiHandler("list-automation-audit", automationInPath, async ({ page }, { id }) => ({
  list: await listAutomationAudit(id, page),
}));
