// POST /runbooks/{runbookId}/preview
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { incidentFor } from "../../shared/operations/incident.ts";
import { otherPreviewIssues, previewFor } from "../../shared/operations/preview.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "preview-runbook",
  async ({ params: { runbookId }, body, caller, at }, runbook) => {
    const version = body.version === undefined ? runbook.current : await versionOf(runbookId, body.version);
    const incident = await incidentFor(caller, runbook.head.teamId, body.incidentId);
    const request = previewFor(runbook.head, version, { parameters: body.parameters, incident, caller, at });
    return { body: { ...request, runbookVersion: version.version } };
  },
  { issues: (data, { current }) => otherPreviewIssues(data, current) },
);
