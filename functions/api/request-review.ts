// POST /runbooks/{runbookId}/request-review
import { runbookInPath } from "../../shared/application/request/access.ts";
import { assessDraft, countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { decideOnce } from "../../shared/application/runbooks/decide-once.ts";
import { isSameJson } from "../../shared/domain/json.ts";
import { isRepeatedRequest } from "../../shared/domain/runbooks/repeats.ts";
import { requestReview } from "../../shared/domain/runbooks/review-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "request-review",
  runbookInPath,
  async ({ headers, body: { version, note = null }, caller, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { by: caller.subject, version, note };
    const result = await decideOnce(runbook, {
      caller,
      action: "manage",
      ifMatch,
      isRepeat: (now) => isRepeatedRequest(now, now.summary.reviewRequested, asked),
      decide: async (before) => {
        const { level: risk } = await assessDraft({ summary: before.summary, version: before.current });
        return requestReview(before, { version, note, risk }, act());
      },
      // A request that met a vote is for the same version still. It takes no answer back that its author has not seen.
      isStillAsked: (now) =>
        now.state.version === version &&
        now.state.approvalStatus === "DRAFT" &&
        isSameJson(now.summary.changesRequested, runbook.summary.changesRequested),
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
