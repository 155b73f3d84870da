// POST /runbooks/{runbookId}/rotate-credential
import { runbookInPath } from "../../shared/application/request/access.ts";
import { applyChanges, prepareDefinition } from "../../shared/application/runbooks/definition.ts";
import { requireRotation, rotateCredential } from "../../shared/domain/runbooks/credential-rotation.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "rotate-credential",
  runbookInPath,
  async ({ params: { runbookId }, headers, body, caller, act }, runbook) => {
    const { version, webhookAuth } = body;
    const ifMatch = headers["if-match"];
    requireRunbookMatch(ifMatch, runbook.state.version);
    requireRotation(runbook, version, webhookAuth);
    const stored = runbook.current.definition;
    const prepared = await prepareDefinition(runbookId, applyChanges(stored, { webhookAuth }), stored);
    const change = rotateCredential(runbook, prepared, act());
    // Before and after it is approved, so it needs no approval.
    const [before, needed] = [{ summary: runbook.summary, version: runbook.current }, null];
    if (!change) return toRunbookResponse(before, needed, caller);
    await saveRunbook(change, { ifMatch });
    return toRunbookResponse(change, needed, caller);
  },
);
