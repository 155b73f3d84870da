// GET /runbooks
import { callersOwn } from "../../shared/application/request/access.ts";
import { toScope } from "../../shared/contract/filters.ts";
import { listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listRunbooks } from "../../shared/store/runbook-lists.ts";

export const handler = apiHandler("list-runbooks", callersOwn, async ({ caller, query, page }) => {
  const { teamId, approvalStatus, q } = query;
  const scopes = listViewableScopes(caller, toScope(teamId));
  return { list: await listRunbooks(scopes, { approvalStatus, q }, page) };
});
