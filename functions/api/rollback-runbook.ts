// POST /runbooks/{runbookId}/rollback
import { findBrokenAutomations } from "../../shared/application/automations/broken-automations.ts";
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { prepareDefinition, withKeptSecrets } from "../../shared/application/runbooks/definition.ts";
import { authorizeRestoration } from "../../shared/domain/permissions.ts";
import { rollbackRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";
import { listApprovals, requireVersion } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "rollback-runbook",
  runbookInPath,
  async ({ params: { runbookId }, headers, body, caller, act }, runbook) => {
    const { toVersion, changeNote = null } = body;
    requireRunbookMatch(headers["if-match"], runbook.state.version);
    authorizeRestoration(caller, runbook.state.approvalStatus);
    const to = await requireVersion(runbookId, toVersion);
    const approvals = await listApprovals(runbookId);
    const requested = withKeptSecrets(to.definition);
    const prepared = await prepareDefinition(runbookId, requested, runbook.current.definition);
    const { definition, warnings } = prepared;
    const change = rollbackRunbook(runbook, to, definition, changeNote, act(), { approvals, warnings });
    const broken = await findBrokenAutomations(runbookId, { definition }, caller);
    await saveRunbook(change, { ifMatch: headers["if-match"] });
    return toRunbookResponse(change, await countRequiredApprovals(change), caller, broken);
  },
);
