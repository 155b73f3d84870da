// POST /runbooks/{runbookId}/withdraw
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { withdrawRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "withdraw-runbook",
  runbookInPath,
  async ({ headers, body: { reason }, caller, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { change: "withdrawn", by: caller.subject, note: reason } as const;
    const result = await changeOnce(runbook, {
      reread: () => requireRunbook(caller, "manage", runbook.state.id),
      isRepeat: (now) => isRepeatedChange(now, { ...asked, from: ifMatch }),
      apply: async (before) => {
        requireRunbookMatch(ifMatch, before.state.version);
        const change = withdrawRunbook(before, reason, act());
        await saveRunbook(change, { ifMatch });
        return change;
      },
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
