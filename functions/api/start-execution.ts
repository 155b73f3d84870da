// POST /runbooks/{runbookId}/executions
import { toFullExecutionView } from "../../shared/application/execution-view.ts";
import { refuseDeleted, requireExecution, runbookInPath } from "../../shared/application/request/access.ts";
import { resolveIncident, teamOf } from "../../shared/application/request/incident.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { inspectParameters } from "../../shared/application/request/preview.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { chooseExecutionTeam } from "../../shared/domain/executions/execution-team.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

const MANUAL = { triggeredBy: "manual", trigger: {}, automation: null } as const;

export const handler = apiHandler(
  "start-execution",
  runbookInPath,
  async ({ body: { incidentId, teamId, ...asked }, caller, actor, newId, now, keyed }, runbook) => {
    const created = await withIdempotency(keyed, newId("execution"), {
      load: (id) => requireExecution(caller, "execute", id),
      create: async (record) => {
        refuseDeleted(runbook);
        const incident = await resolveIncident(caller, runbook.state.teamId, incidentId);
        const given = runbook.state.teamId ?? teamOf(incident);
        const ranForTeamId = chooseExecutionTeam(caller, { fixed: given, requested: teamId });
        const request = { ...MANUAL, ...asked, ranForTeamId, incident, record };
        return createExecution(runbook, request, { actor, now, newId });
      },
    });
    return {
      body: await toFullExecutionView(created, caller),
      headers: { location: `/executions/${created.execution.id}` },
    };
  },
  {
    issues: (data, runbook) => {
      refuseDeleted(runbook);
      return inspectParameters(data, runbook.current.definition);
    },
  },
);
