// PATCH /runbooks/{runbookId}
import { updateRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { otherIssues, prepareDefinition, withChanges } from "../../shared/operations/definition.ts";
import { requireMatch, runbookFor, saveRunbook } from "../../shared/store/runbooks.ts";
import { listApprovals } from "../../shared/store/versions.ts";

export const handler = handleGuarded(
  "update-runbook",
  ({ params, caller }) => runbookFor(caller, "manage", params.runbookId),
  async ({ params: { runbookId }, headers, body, caller, act }, runbook) => {
    const { changeNote, ...changes } = body;
    const ifMatch = headers["if-match"];
    requireMatch(ifMatch, runbook.head.version);
    const stored = runbook.current.definition;
    const definition = await prepareDefinition(runbookId, await withChanges(stored, changes), stored);
    const change = updateRunbook(
      runbook,
      definition,
      changeNote ?? null,
      act(),
      await listApprovals(runbookId),
    );
    if (!change) return runbookAnswer({ card: runbook.card, version: runbook.current }, caller);
    await saveRunbook(change, { ifMatch });
    return runbookAnswer(change, caller);
  },
  (data, runbook) => otherIssues(data, runbook.current.definition),
);
