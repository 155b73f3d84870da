// GET /incidents
import { callersOwn } from "../../shared/application/request/access.ts";
import { listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listIncidents } from "../../shared/store/incidents.ts";

export const handler = apiHandler("list-incidents", callersOwn, async ({ caller, query, page }) => {
  const { teamId, status, from, to } = query;
  return { list: await listIncidents(listViewableScopes(caller, teamId), status, { ...page, from, to }) };
});
