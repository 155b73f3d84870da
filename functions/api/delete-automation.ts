// DELETE /automations/{automationId}
import { deleteAutomation } from "../../shared/domain/automation-changes.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { saveAutomation } from "../../shared/store/automations.ts";

export const handler = apiHandler("delete-automation", async ({ headers, act }, automation) => {
  await saveAutomation(deleteAutomation(automation, act()), { ifMatch: headers["if-match"] });
  return {};
});
