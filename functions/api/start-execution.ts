// POST /runbooks/{runbookId}/executions
import { showExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { handle } from "../../shared/http/handle.ts";
import { incidentFor } from "../../shared/operations/incident.ts";
import { startRun } from "../../shared/operations/start-run.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";
import { versionOf } from "../../shared/store/versions.ts";

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
    const { id, runbookVersion } = run.execution;
    const { definition } = await versionOf(params.runbookId, runbookVersion);
    return {
      body: showExecution(run, definition, consoleUrl(id)),
      headers: { location: `/executions/${id}` },
    };
  },
);
