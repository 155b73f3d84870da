// POST /runbooks/{runbookId}/approve
import { readEnvironment } from "../../shared/contract/env.ts";
import { approveRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { recheckDefinition } from "../../shared/operations/definition.ts";
import { runbookFor, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = handle(
  "approve-runbook",
  async ({ params: { runbookId }, headers, body, caller, act }) => {
    const runbook = await runbookFor(caller, "approve", runbookId);
    const { FOUR_EYES: fourEyes } = readEnvironment(["FOUR_EYES"], process.env);
    const change = approveRunbook(
      runbook,
      { version: body.version, note: body.note ?? null, fourEyes },
      act(),
    );
    recheckDefinition(change.version.definition);
    await saveRunbook(change, { ifMatch: headers["if-match"] });
    return runbookAnswer(change, caller);
  },
);
