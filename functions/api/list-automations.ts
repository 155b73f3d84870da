// GET /automations
import { callersOwn } from "../../shared/application/request/access.ts";
import { toAutomationView } from "../../shared/domain/automations/automation.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listAutomations } from "../../shared/store/automations.ts";

export const handler = apiHandler("list-automations", callersOwn, async ({ caller, query, page }) => {
  const { items, next } = await listAutomations(caller, query.runbookId, page);
  return { list: { items: items.map(toAutomationView), next } };
});
