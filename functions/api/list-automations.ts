// GET /automations
import { showAutomation } from "../../shared/application/automations/approve-automation.ts";
import { callersOwn } from "../../shared/application/request/access.ts";
import type { Automation } from "../../shared/domain/automations/automation.ts";
import { isAllowed, listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listAutomations } from "../../shared/store/automations.ts";

export const handler = apiHandler("list-automations", callersOwn, async ({ caller, query, page }) => {
  const { teamId, limit: _limit, cursor: _cursor, ...filter } = query;
  const scope = teamId === "global" ? null : teamId;
  const isVisible = (automation: Automation) =>
    isAllowed(caller, "view", automation.teamId) && (scope === undefined || automation.teamId === scope);
  const scopes = listViewableScopes(caller, scope);
  const { items, next } = await listAutomations(scopes, { ...filter, isVisible }, page);
  return { list: { items: items.map(showAutomation), next } };
});
