// GET /decisions
import { callersOwn } from "../../shared/application/request/access.ts";
import type { FoundDecision } from "../../shared/domain/automations/found-decision.ts";
import { listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { findDecisions, listDecisionsOfIncident } from "../../shared/store/decisions.ts";

export const handler = apiHandler("find-decisions", callersOwn, async ({ caller, query, page }) => {
  const { incidentId, teamId, outcome, reason, from, to } = query;
  const keep = (decision: FoundDecision) =>
    mayView(caller)(decision) &&
    (teamId === undefined || decision.ranForTeamId === teamId) &&
    (outcome === undefined || decision.outcome === outcome) &&
    (reason === undefined || (decision.reason !== null && reason.includes(decision.reason)));
  const range = { ...page, from, to };
  if (incidentId !== undefined) return { list: await listDecisionsOfIncident(incidentId, keep, range) };
  return { list: await findDecisions(listViewableScopes(caller, teamId), keep, range) };
});
