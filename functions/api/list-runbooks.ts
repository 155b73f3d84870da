// GET /runbooks
import { callersOwn } from "../../shared/application/request/access.ts";
import { toScope } from "../../shared/contract/filters.ts";
import { listManageableScopes, listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listExpiringApprovals } from "../../shared/store/approval-expiries.ts";
import { listAwaitingReview } from "../../shared/store/review-requests.ts";
import { listDeletedRunbooks, listRunbooks } from "../../shared/store/runbook-lists.ts";

export const handler = apiHandler("list-runbooks", callersOwn, async ({ caller, query, page, at }) => {
  const { awaitingReview, approvalExpiring, deleted, approvalStatus, live, q, host, secretArn } = query;
  const teamId = toScope(query.teamId);
  const filter = { approvalStatus, live, q, host, secretArn };
  // What a definition sends to, and with which secret, is shown only to those who manage it.
  const listScopes = host || secretArn ? listManageableScopes : listViewableScopes;
  if (awaitingReview) return { list: await listAwaitingReview(listScopes(caller, teamId), filter, page) };
  if (approvalExpiring) {
    const scopes = listScopes(caller, teamId);
    return { list: await listExpiringApprovals(scopes, filter, { ...page, at }) };
  }
  if (deleted) return { list: await listDeletedRunbooks(listScopes(caller), { ...filter, teamId }, page) };
  return { list: await listRunbooks(listScopes(caller, teamId), filter, page) };
});
