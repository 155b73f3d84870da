// POST /runbooks/{runbookId}/preview
import { handleGuarded } from "../../shared/http/handle.ts";
import { incidentFor } from "../../shared/operations/incident.ts";
import { otherPreviewIssues, previewFor } from "../../shared/operations/preview.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = handleGuarded(
  "preview-runbook",
  ({ params, caller }) => runbookFor(caller, "execute", params.runbookId),
  async ({ params: { runbookId }, body, caller, at }, runbook) => {
    const version = body.version === undefined ? runbook.current : await versionOf(runbookId, body.version);
    const incident = await incidentFor(caller, runbook.head.teamId, body.incidentId);
    const request = previewFor(runbook.head, version, { parameters: body.parameters, incident, caller, at });
    return { body: { ...request, runbookVersion: version.version } };
  },
  (data, { current }) => otherPreviewIssues(data, current),
);
