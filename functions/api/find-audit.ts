// GET /audit
import { callersOwn } from "../../shared/application/request/access.ts";
import { toScope } from "../../shared/contract/filters.ts";
import { listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { findAudit } from "../../shared/store/audit.ts";

export const handler = apiHandler("find-audit", callersOwn, async ({ caller, query, page }) => {
  const { teamId, actor, action, from, to } = query;
  const scopes = listViewableScopes(caller, toScope(teamId));
  return { list: await findAudit(scopes, { actor, action }, mayView(caller), { ...page, from, to }) };
});
