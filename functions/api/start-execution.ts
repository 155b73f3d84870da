// POST /runbooks/{runbookId}/executions
import { getExecutionView, toCreatedExecutionView } from "../../shared/application/execution-view.ts";
import { refuseDeleted, requireExecution, runbookInPath } from "../../shared/application/request/access.ts";
import { resolveIncident, teamOf } from "../../shared/application/request/incident.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { inspectParameters } from "../../shared/application/request/preview.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { chooseExecutionTeam } from "../../shared/domain/executions/execution-team.ts";
import { authorizeBreakGlass } from "../../shared/domain/permissions.ts";
import { getVersionToRun } from "../../shared/domain/runbooks/runnable.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

const MANUAL = { triggeredBy: "manual", trigger: {}, automation: null } as const;

export const handler = apiHandler(
  "start-execution",
  runbookInPath,
  async ({ body: { incidentId, teamId, ...asked }, caller, actor, newId, now, keyed }, runbook) => {
    const body = await withIdempotency(keyed, newId("execution"), {
      load: async (id) => getExecutionView(await requireExecution(caller, "execute", id), caller),
      create: async (record) => {
        refuseDeleted(runbook);
        const incident = await resolveIncident(caller, runbook.state.teamId, incidentId);
        const given = runbook.state.teamId ?? teamOf(incident);
        const ranForTeamId = chooseExecutionTeam(caller, { fixed: given, requested: teamId });
        if (asked.breakGlass) authorizeBreakGlass(caller, ranForTeamId);
        const request = { ...MANUAL, ...asked, ranForTeamId, incident, record };
        const created = await createExecution(runbook, request, { actor, now, newId });
        return toCreatedExecutionView(created, caller);
      },
    });
    return {
      body,
      headers: { location: `/executions/${body.id}` },
    };
  },
  {
    issues: (data, runbook) => {
      refuseDeleted(runbook);
      return inspectParameters(data, getVersionToRun(runbook).definition);
    },
  },
);
