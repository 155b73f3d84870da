// GET /automations
import { showAutomation } from "../../shared/domain/automation.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listAutomations } from "../../shared/store/automations.ts";

export const handler = apiHandler("list-automations", async ({ caller, query, page }) => {
  const { items, next } = await listAutomations(caller, query.runbookId, page);
  return { list: { items: items.map(showAutomation), next } };
});
