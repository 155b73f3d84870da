// GET /automations
import { callersOwn } from "../../shared/application/request/access.ts";
import { type Automation, toAutomationView } from "../../shared/domain/automations/automation.ts";
import { isAllowed, listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listAutomations } from "../../shared/store/automations.ts";

export const handler = apiHandler("list-automations", callersOwn, async ({ caller, query, page }) => {
  const { runbookId } = query;
  const isVisible = ({ teamId }: Automation) => isAllowed(caller, "view", teamId);
  const { items, next } = await listAutomations(listViewableScopes(caller), { runbookId, isVisible }, page);
  return { list: { items: items.map(toAutomationView), next } };
});
