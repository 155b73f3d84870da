// POST /runbooks/{runbookId}/withdraw
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { decideOnce } from "../../shared/application/runbooks/decide-once.ts";
import { withdrawRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "withdraw-runbook",
  runbookInPath,
  async ({ headers, body: { reason }, caller, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { change: "withdrawn", by: caller.subject, note: reason } as const;
    const result = await decideOnce(runbook, {
      caller,
      action: "manage",
      ifMatch,
      isRepeat: (now) => isRepeatedChange(now, { ...asked, from: ifMatch }),
      decide: (before) => withdrawRunbook(before, reason, act()),
      // What is to be stopped is still live: a vote or an edit that came first is no reason to leave it in service.
      isStillAsked: (now) =>
        now.state.liveVersion !== null && now.state.liveVersion === runbook.state.liveVersion,
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
