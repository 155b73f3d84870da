// POST /runbooks/{runbookId}/executions
import { handle } from "../../shared/http/handle.ts";
import { incidentFor } from "../../shared/operations/incident.ts";
import { shown } from "../../shared/operations/shown-run.ts";
import { startRun } from "../../shared/operations/start-run.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handle(
  "start-execution",
  async ({ params, headers, body, caller, act, newId, now }) => {
    const runbook = await runbookFor(caller, "execute", params.runbookId);
    const incident = await incidentFor(caller, runbook.head.teamId, body.incidentId);
    const manual = { triggeredBy: "manual", trigger: {}, automation: null } as const;
    const key = headers["idempotency-key"];
    const run = await startRun(
      runbook,
      { ...manual, parameters: body.parameters, incident, key },
      { act, newId, now },
    );
    return { body: await shown(run), headers: { location: `/executions/${run.execution.id}` } };
  },
);
