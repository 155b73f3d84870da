// POST /runbooks/{runbookId}/request-review
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { assessDraft, countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { isRepeatedRequest } from "../../shared/domain/runbooks/repeats.ts";
import { requestReview } from "../../shared/domain/runbooks/review-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "request-review",
  runbookInPath,
  async ({ headers, body: { version, note = null }, caller, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { by: caller.subject, version, note };
    const result = await changeOnce(runbook, {
      reread: () => requireRunbook(caller, "manage", runbook.state.id),
      isRepeat: (now) => isRepeatedRequest(now, now.summary.reviewRequested, asked),
      apply: async (before) => {
        requireRunbookMatch(ifMatch, before.state.version);
        const { level: risk } = await assessDraft({ summary: before.summary, version: before.current });
        const change = requestReview(before, { version, note, risk }, act());
        await saveRunbook(change, { ifMatch });
        return change;
      },
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
