// POST /runbooks/{runbookId}/request-changes
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { decideOnce } from "../../shared/application/runbooks/decide-once.ts";
import { isRepeatedRequest } from "../../shared/domain/runbooks/repeats.ts";
import { requestChanges } from "../../shared/domain/runbooks/review-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "request-changes",
  runbookInPath,
  async ({ headers, body: { version, note }, caller, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { by: caller.subject, version, note };
    const result = await decideOnce(runbook, {
      caller,
      action: "approve",
      ifMatch,
      isRepeat: (now) => isRepeatedRequest(now, now.summary.changesRequested, asked),
      decide: (before) => requestChanges(before, { version, note }, act()),
      // A no that met a vote or a request is for the same version still.
      isStillAsked: (now) => now.state.version === version && now.state.approvalStatus === "DRAFT",
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
