// POST /runbooks/{runbookId}/executions
import { teamToRunFor } from "../../shared/domain/run-team.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { refuseDeleted, requireExecution } from "../../shared/operations/access.ts";
import { incidentFor, teamOf } from "../../shared/operations/incident.ts";
import { once } from "../../shared/operations/once.ts";
import { otherParameterIssues } from "../../shared/operations/preview.ts";
import { shown } from "../../shared/operations/shown-run.ts";
import { startRun } from "../../shared/operations/start-run.ts";

const MANUAL = { triggeredBy: "manual", trigger: {}, automation: null } as const;

export const handler = apiHandler(
  "start-execution",
  async ({ body: { incidentId, teamId, ...asked }, caller, act, newId, now, keyed }, runbook) => {
    const run = await once(keyed, newId("execution"), {
      again: (id) => requireExecution(caller, "execute", id),
      act: async (record) => {
        refuseDeleted(runbook);
        const incident = await incidentFor(caller, runbook.head.teamId, incidentId);
        const given = runbook.head.teamId ?? teamOf(incident);
        const ranForTeamId = teamToRunFor(caller, { given, asked: teamId });
        const request = { ...MANUAL, ...asked, ranForTeamId, incident, record };
        return startRun(runbook, request, { act, newId, now });
      },
    });
    return { body: await shown(run, caller), headers: { location: `/executions/${run.execution.id}` } };
  },
  {
    issues: (data, runbook) => {
      refuseDeleted(runbook);
      return otherParameterIssues(data, runbook.current.definition);
    },
  },
);
