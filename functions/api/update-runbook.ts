// PATCH /runbooks/{runbookId}
import { findBrokenAutomations } from "../../shared/application/automations/broken-automations.ts";
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import {
  applyChanges,
  inspectDefinition,
  prepareDefinition,
} from "../../shared/application/runbooks/definition.ts";
import { updateRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";
import { listApprovals } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "update-runbook",
  runbookInPath,
  async ({ params: { runbookId }, headers, body, caller, act }, runbook) => {
    const { changeNote = null, ...changes } = body;
    const ifMatch = headers["if-match"];
    requireRunbookMatch(ifMatch, runbook.state.version);
    const stored = runbook.current.definition;
    const requested = applyChanges(stored, changes);
    const { definition, warnings } = await prepareDefinition(runbookId, requested, stored);
    const approvals = await listApprovals(runbookId);
    const change = updateRunbook(runbook, definition, changeNote, act(), { approvals, warnings });
    const broken = await findBrokenAutomations(runbookId, { definition }, caller);
    if (change) await saveRunbook(change, { ifMatch });
    const shown = change ?? { summary: runbook.summary, version: runbook.current };
    return toRunbookResponse(shown, await countRequiredApprovals(shown), caller, broken);
  },
  { issues: (data, { current }) => inspectDefinition(data, current.definition) },
);
