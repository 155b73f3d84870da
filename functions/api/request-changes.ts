// POST /runbooks/{runbookId}/request-changes
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { isRepeatedRequest } from "../../shared/domain/runbooks/repeats.ts";
import { requestChanges } from "../../shared/domain/runbooks/review-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "request-changes",
  runbookInPath,
  async ({ headers, body: { version, note }, caller, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { by: caller.subject, version, note };
    const result = await changeOnce(runbook, {
      reread: () => requireRunbook(caller, "approve", runbook.state.id),
      isRepeat: (now) => isRepeatedRequest(now, now.summary.changesRequested, asked),
      apply: async (before) => {
        requireRunbookMatch(ifMatch, before.state.version);
        const change = requestChanges(before, { version, note }, act());
        await saveRunbook(change, { ifMatch });
        return change;
      },
      // A no that met a vote or a request is for the same version still.
      isStillAsked: (now) => now.state.version === version && now.state.approvalStatus === "DRAFT",
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
