// POST /runbooks/{runbookId}/approve
import { readEnvironment } from "../../shared/contract/env.ts";
import { isRepeat } from "../../shared/domain/repeats.ts";
import { APPROVED_NOTE, approveRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { recheckDefinition } from "../../shared/operations/definition.ts";
import { unlessRepeated } from "../../shared/operations/unless-repeated.ts";
import { requireMatch, runbookFor, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = handle("approve-runbook", async ({ params, headers, body, caller, act }) => {
  const { version, note = null } = body;
  const ifMatch = headers["if-match"];
  const { FOUR_EYES: fourEyes } = readEnvironment(["FOUR_EYES"], process.env);
  const asked = { change: "approved", by: caller.subject, note: note ?? APPROVED_NOTE } as const;
  const changed = await unlessRepeated({
    read: () => runbookFor(caller, "approve", params.runbookId),
    isRepeat: (now) => isRepeat(now, { ...asked, from: version }) && (ifMatch ?? version) === version,
    make: async (runbook) => {
      requireMatch(ifMatch, runbook.head.version);
      const change = approveRunbook(runbook, { version, note, fourEyes }, act());
      recheckDefinition(change.version.definition);
      await saveRunbook(change, { ifMatch });
      return change;
    },
  });
  return runbookAnswer(changed, caller);
});
