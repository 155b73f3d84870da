// POST /runbooks/{runbookId}/preview
import { runbookInPath } from "../../shared/application/request/access.ts";
import { resolveIncident } from "../../shared/application/request/incident.ts";
import { inspectPreview, previewVersion } from "../../shared/application/request/preview.ts";
import { getVersionToRun } from "../../shared/domain/runbooks/runnable.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { requireVersion } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "preview-runbook",
  runbookInPath,
  async ({ params: { runbookId }, body, caller, at }, runbook) => {
    const version =
      body.version === undefined ? getVersionToRun(runbook) : await requireVersion(runbookId, body.version);
    const incident = await resolveIncident(caller, runbook.state.teamId, body.incidentId);
    const request = await previewVersion(runbook.state, version, {
      parameters: body.parameters,
      incident,
      caller,
      at,
      asCase: body.asCase,
    });
    const { approvalExpiresAt } = runbook.state;
    return {
      body: { ...request, runbookVersion: version.version, approvalExpiresAt, warnings: version.warnings },
    };
  },
  { issues: (data, runbook) => inspectPreview(data, getVersionToRun(runbook)) },
);
