// PATCH /automations/{automationId}
import { inspectAutomationChanges } from "../../shared/application/automations/automation-issues.ts";
import { changeAutomation } from "../../shared/application/automations/save-automation.ts";
import { automationInPath } from "../../shared/application/request/access.ts";
import { toAutomationView } from "../../shared/domain/automations/automation.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "update-automation",
  automationInPath,
  async ({ params: { automationId: id }, headers, body: changes, caller, act }) => {
    const automation = await changeAutomation({ id, changes, ifMatch: headers["if-match"] }, caller, act());
    return { body: toAutomationView(automation), headers: { etag: etag(automation.version) } };
  },
  { issues: (data, automation, caller) => inspectAutomationChanges(data, automation, caller) },
);
