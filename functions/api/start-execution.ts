// POST /runbooks/{runbookId}/executions
import { teamToRunFor } from "../../shared/domain/run-team.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { incidentFor, teamOf } from "../../shared/operations/incident.ts";
import { once } from "../../shared/operations/once.ts";
import { otherParameterIssues } from "../../shared/operations/preview.ts";
import { shown } from "../../shared/operations/shown-run.ts";
import { startRun } from "../../shared/operations/start-run.ts";
import { executionFor } from "../../shared/store/executions.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

const MANUAL = { triggeredBy: "manual", trigger: {}, automation: null } as const;

export const handler = handleGuarded(
  "start-execution",
  () => undefined,
  async ({ params, body: { incidentId, teamId, ...asked }, caller, act, newId, now, keyed }) => {
    const run = await once(keyed, newId("execution"), {
      again: (id) => executionFor(caller, "execute", id),
      act: async (record) => {
        const runbook = await runbookFor(caller, "execute", params.runbookId);
        const incident = await incidentFor(caller, runbook.head.teamId, incidentId);
        const given = runbook.head.teamId ?? teamOf(incident);
        const ranForTeamId = teamToRunFor(caller, { given, asked: teamId });
        const request = { ...MANUAL, ...asked, ranForTeamId, incident, record };
        return startRun(runbook, request, { act, newId, now });
      },
    });
    return { body: await shown(run, caller), headers: { location: `/executions/${run.execution.id}` } };
  },
  async (data, _guarded, { params, caller }) => {
    const { current } = await runbookFor(caller, "execute", params.runbookId);
    return otherParameterIssues(data, current.definition);
  },
);
