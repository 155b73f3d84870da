// POST /runbooks/{runbookId}/preview
import { runbookInPath } from "../../shared/application/request/access.ts";
import { resolveIncident } from "../../shared/application/request/incident.ts";
import { previewVersion } from "../../shared/application/request/preview.ts";
import { findPreviewed, inspectPreviewed } from "../../shared/application/runbooks/preview-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "preview-runbook",
  runbookInPath,
  async ({ body, caller, at }, runbook) => {
    const { state } = runbook;
    const previewed = await findPreviewed(runbook, body, caller);
    const { parameters, incidentId, asCase } = body;
    const incident = await resolveIncident(caller, state.teamId, incidentId);
    const request = await previewVersion(state, previewed, { parameters, incident, caller, at, asCase });
    const { version: runbookVersion, warnings } = previewed;
    const { approvalExpiresAt } = state;
    return { body: { ...request, runbookVersion, approvalExpiresAt, warnings } };
  },
  { issues: inspectPreviewed },
);
