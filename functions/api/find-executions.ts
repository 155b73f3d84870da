// GET /executions
import { callersOwn } from "../../shared/application/request/access.ts";
import { toScope } from "../../shared/contract/filters.ts";
import { listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { toExecutionSummary } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { consoleUrl } from "../../shared/step-functions/arns.ts";
import { findExecutions } from "../../shared/store/execution-lists.ts";

export const handler = apiHandler("find-executions", callersOwn, async ({ caller, query, page }) => {
  const { from, to, cursor: _cursor, limit: _limit, ...fields } = query;
  const filter = { ...fields, teamId: toScope(query.teamId) };
  const scopes = listViewableScopes(caller, filter.teamId);
  const { items, next } = await findExecutions(scopes, filter, mayView(caller), { ...page, from, to });
  return {
    list: { items: items.map((execution) => toExecutionSummary(execution, consoleUrl(execution.id))), next },
  };
});
