// GET /runbooks
import { callersOwn } from "../../shared/application/request/access.ts";
import { listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listRunbooks } from "../../shared/store/runbook-lists.ts";

export const handler = apiHandler("list-runbooks", callersOwn, async ({ caller, query, page }) => {
  const { teamId, approvalStatus, q } = query;
  const scope = teamId === "global" ? null : teamId;
  return { list: await listRunbooks(listViewableScopes(caller, scope), { approvalStatus, q }, page) };
});
