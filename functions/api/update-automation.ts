// PATCH /automations/{automationId}
import { showAutomation } from "../../shared/application/automations/approve-automation.ts";
import { inspectAutomationChanges } from "../../shared/application/automations/automation-issues.ts";
import { changeAutomation } from "../../shared/application/automations/save-automation.ts";
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "update-automation",
  automationInPath,
  async ({ headers, body: changes, caller, act }, automation) => {
    const update = { changes, ifMatch: headers["if-match"] };
    const changed = await changeAutomation(automation, update, caller, act());
    return { body: showAutomation(changed), headers: { etag: etag(changed.version) } };
  },
  { issues: inspectAutomationChanges },
);
