// POST /runbooks/{runbookId}/deprecate

import { isRepeat } from "../../shared/domain/repeats.ts";
import { DEPRECATED_NOTE, deprecateRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { requireRunbook } from "../../shared/operations/access.ts";
import { unlessRepeated } from "../../shared/operations/unless-repeated.ts";
import { requireMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler("deprecate-runbook", async ({ params, headers, body, caller, act }) => {
  const { reason = null } = body;
  const ifMatch = headers["if-match"];
  const asked = { change: "deprecated", by: caller.subject, note: reason ?? DEPRECATED_NOTE } as const;
  const changed = await unlessRepeated({
    read: () => requireRunbook(caller, "approve", params.runbookId),
    isRepeat: (now) => isRepeat(now, { ...asked, from: ifMatch }),
    make: async (runbook) => {
      requireMatch(ifMatch, runbook.head.version);
      const change = deprecateRunbook(runbook, reason, act());
      await saveRunbook(change, { ifMatch });
      return change;
    },
  });
  return runbookAnswer(changed, caller);
});
