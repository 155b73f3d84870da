// GET /automations/{automationId}/versions/{version}
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { requireAutomationVersion } from "../../shared/store/automation-versions.ts";

export const handler = apiHandler("get-automation-version", automationInPath, async ({ params }, { id }) => ({
  body: await requireAutomationVersion(id, params.version),
}));
