// GET /executions
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { callersOwn } from "../../shared/application/request/access.ts";
import { readParameterFields, toScope } from "../../shared/contract/filters.ts";
import { toDigests } from "../../shared/domain/executions/searchable.ts";
import { listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { findExecutions } from "../../shared/store/execution-lists.ts";

export const handler = apiHandler("find-executions", callersOwn, async ({ caller, query, page }) => {
  const { from, to, teamId } = query;
  const filter = { ...query, teamId: toScope(teamId), searchable: toDigests(readParameterFields(query)) };
  const scopes = listViewableScopes(caller, filter.teamId);
  const { items, next } = await findExecutions(scopes, filter, mayView(caller), { ...page, from, to });
  return {
    list: { items: items.map(summarizeExecution), next },
  };
});
