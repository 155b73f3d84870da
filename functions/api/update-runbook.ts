// PATCH /runbooks/{runbookId}
import { updateRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { otherIssues, prepareDefinition, withChanges } from "../../shared/operations/definition.ts";
import { requireMatch, saveRunbook } from "../../shared/store/runbooks.ts";
import { listApprovals } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "update-runbook",
  async ({ params: { runbookId }, headers, body, caller, act }, runbook) => {
    const { changeNote = null, ...changes } = body;
    const ifMatch = headers["if-match"];
    requireMatch(ifMatch, runbook.head.version);
    const stored = runbook.current.definition;
    const definition = await prepareDefinition(runbookId, await withChanges(stored, changes), stored);
    const change = updateRunbook(runbook, definition, changeNote, act(), await listApprovals(runbookId));
    if (!change) return runbookAnswer({ card: runbook.card, version: runbook.current }, caller);
    await saveRunbook(change, { ifMatch });
    return runbookAnswer(change, caller);
  },
  { issues: (data, { current }) => otherIssues(data, current.definition) },
);
