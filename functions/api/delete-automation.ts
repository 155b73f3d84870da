// DELETE /automations/{automationId}
import { automationInPath } from "../../shared/application/request/access.ts";
import { deleteAutomation } from "../../shared/domain/automations/automation-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { saveAutomation } from "../../shared/store/automations.ts";

export const handler = apiHandler(
  "delete-automation",
  automationInPath,
  async ({ headers, act }, automation) => {
    await saveAutomation(deleteAutomation(automation, act()), { ifMatch: headers["if-match"] });
    return {};
  },
);
