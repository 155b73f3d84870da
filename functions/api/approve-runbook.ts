// POST /runbooks/{runbookId}/approve

import { readEnvironment } from "../../shared/contract/env.ts";
import { isRepeat } from "../../shared/domain/repeats.ts";
import { APPROVED_NOTE, approveRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { requireRunbook } from "../../shared/operations/access.ts";
import { recheckDefinition } from "../../shared/operations/definition.ts";
import { unlessRepeated } from "../../shared/operations/unless-repeated.ts";
import { requireMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler("approve-runbook", async ({ params, headers, body, caller, act }) => {
  const { version, note = null } = body;
  const ifMatch = headers["if-match"];
  const { FOUR_EYES: fourEyes } = readEnvironment(["FOUR_EYES"], process.env);
  const asked = { change: "approved", by: caller.subject, note: note ?? APPROVED_NOTE } as const;
  const changed = await unlessRepeated({
    read: () => requireRunbook(caller, "approve", params.runbookId),
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
