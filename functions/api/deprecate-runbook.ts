// POST /runbooks/{runbookId}/deprecate
import { deprecateRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { runbookFor, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = handle(
  "deprecate-runbook",
  async ({ params: { runbookId }, headers, body, caller, act }) => {
    const runbook = await runbookFor(caller, "approve", runbookId);
    const change = deprecateRunbook(runbook, body.reason ?? null, act());
    await saveRunbook(change, { ifMatch: headers["if-match"] });
    return runbookAnswer(change, caller);
  },
);
