// POST /runbooks/{runbookId}/deprecate
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { decideOnce } from "../../shared/application/runbooks/decide-once.ts";
import { DEPRECATED_NOTE, deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "deprecate-runbook",
  runbookInPath,
  async ({ headers, body, caller, act }, runbook) => {
    const { reason = null } = body;
    const ifMatch = headers["if-match"];
    const asked = { change: "deprecated", by: caller.subject, note: reason ?? DEPRECATED_NOTE } as const;
    const result = await decideOnce(runbook, {
      caller,
      action: "approve",
      ifMatch,
      isRepeat: (now) => isRepeatedChange(now, { ...asked, from: ifMatch }),
      decide: (before) => deprecateRunbook(before, reason, act()),
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
