// POST /runbooks/{runbookId}/approve
import { findBrokenAutomations } from "../../shared/application/automations/broken-automations.ts";
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import {
  decideApproval,
  isGivenApproval,
  isStillAskedApproval,
} from "../../shared/application/runbooks/decide-approval.ts";
import { decideOnce } from "../../shared/application/runbooks/decide-once.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "approve-runbook",
  runbookInPath,
  async ({ headers, body: { version, note = null }, caller, at, act }, runbook) => {
    const ifMatch = headers["if-match"];
    const asked = { version, note, caller, at, act };
    const broken = await findBrokenAutomations(runbook.state.id, runbook.current, caller);
    const result = await decideOnce(runbook, {
      caller,
      action: "approve",
      ifMatch,
      isRepeat: (now) => isGivenApproval(now, asked, ifMatch),
      decide: (before) => decideApproval(before, asked),
      isStillAsked: (now) => isStillAskedApproval(runbook, now, asked),
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller, broken);
  },
);
