// POST /runbooks/{runbookId}/rollback
import { authorizeRevival } from "../../shared/domain/permissions.ts";
import { rollbackRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { keepingSecrets, prepareDefinition } from "../../shared/operations/definition.ts";
import { requireMatch, saveRunbook } from "../../shared/store/runbooks.ts";
import { listApprovals, versionOf } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "rollback-runbook",
  async ({ params: { runbookId }, headers, body, caller, act }, runbook) => {
    const { toVersion, changeNote = null } = body;
    requireMatch(headers["if-match"], runbook.head.version);
    authorizeRevival(caller, runbook.head.approvalStatus);
    const to = await versionOf(runbookId, toVersion);
    const { definition: old } = to;
    const approvals = await listApprovals(runbookId);
    const asked = { ...old, webhookAuth: await keepingSecrets(old.webhookAuth) };
    const definition = await prepareDefinition(runbookId, asked, runbook.current.definition);
    const change = rollbackRunbook(runbook, to, definition, changeNote, act(), approvals);
    await saveRunbook(change, { ifMatch: headers["if-match"] });
    return runbookAnswer(change, caller);
  },
);
