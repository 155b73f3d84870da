// GET /automations/{automationId}/decisions
import { automationInPath } from "../../shared/application/request/access.ts";
import type { Decision } from "../../shared/domain/automations/automation-decision.ts";
import { isAllowed } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listDecisions } from "../../shared/store/decisions.ts";

export const handler = apiHandler(
  "list-automation-decisions",
  automationInPath,
  async ({ caller, query: { from, to }, page }, { id }) => {
    // A global automation decides about the incidents of every team.
    const isVisible = ({ ranForTeamId }: Decision) => isAllowed(caller, "view", ranForTeamId);
    return { list: await listDecisions(id, isVisible, { ...page, from, to }) };
  },
);
