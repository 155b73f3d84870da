// POST /runbooks/{runbookId}/preview
import { handle } from "../../shared/http/handle.ts";
import { incidentFor } from "../../shared/operations/incident.ts";
import { previewFor } from "../../shared/operations/preview.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = handle("preview-runbook", async ({ params: { runbookId }, body, caller, at }) => {
  const runbook = await runbookFor(caller, "execute", runbookId);
  const version = body.version === undefined ? runbook.current : await versionOf(runbookId, body.version);
  const incident = await incidentFor(caller, runbook.head.teamId, body.incidentId);
  const request = previewFor(runbook.head, version, { parameters: body.parameters, incident, caller, at });
  return { body: { ...request, runbookVersion: version.version } };
});
