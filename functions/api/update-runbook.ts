// PATCH /runbooks/{runbookId}
import { updateRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { prepareDefinition, withChanges } from "../../shared/operations/definition.ts";
import { requireMatch, runbookFor, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = handle(
  "update-runbook",
  async ({ params: { runbookId }, headers, body, caller, act }) => {
    const { changeNote, ...changes } = body;
    const ifMatch = headers["if-match"];
    const runbook = await runbookFor(caller, "manage", runbookId);
    requireMatch(ifMatch, runbook.head.version);
    const stored = runbook.current.definition;
    const definition = await prepareDefinition(runbookId, await withChanges(stored, changes), stored);
    const change = updateRunbook(runbook, definition, changeNote ?? null, act());
    if (!change) return runbookAnswer({ card: runbook.card, version: runbook.current }, caller);
    await saveRunbook(change, { ifMatch });
    return runbookAnswer(change, caller);
  },
);
