// GET /automations
import { showAutomation } from "../../shared/domain/automation.ts";
import { handle } from "../../shared/http/handle.ts";
import { listAutomations } from "../../shared/store/automations.ts";

export const handler = handle("list-automations", async ({ caller, query, page }) => {
  const { items, next } = await listAutomations(caller, query.runbookId, page);
  return { list: { items: items.map(showAutomation), next } };
});
