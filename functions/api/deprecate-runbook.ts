// POST /runbooks/{runbookId}/deprecate
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { DEPRECATED_NOTE, deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "deprecate-runbook",
  runbookInPath,
  async ({ headers, body, caller, act }, runbook) => {
    const { reason = null } = body;
    const ifMatch = headers["if-match"];
    const asked = { change: "deprecated", by: caller.subject, note: reason ?? DEPRECATED_NOTE } as const;
    const result = await changeOnce(runbook, {
      reread: () => requireRunbook(caller, "approve", runbook.state.id),
      isRepeat: (now) => isRepeatedChange(now, { ...asked, from: ifMatch }),
      apply: async (before) => {
        requireRunbookMatch(ifMatch, before.state.version);
        const change = deprecateRunbook(before, reason, act());
        await saveRunbook(change, { ifMatch });
        return change;
      },
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
