// POST /runbooks/{runbookId}/approve
import { runbookInPath } from "../../shared/application/request/access.ts";
import {
  countRequiredApprovals,
  readApprovalRules,
} from "../../shared/application/runbooks/approval-rules.ts";
import { decideOnce } from "../../shared/application/runbooks/decide-once.ts";
import { recheckDefinition } from "../../shared/application/runbooks/definition.ts";
import { requireMatchingCases } from "../../shared/application/runbooks/run-cases.ts";
import { isSameJson } from "../../shared/domain/json.ts";
import { approveRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedApproval } from "../../shared/domain/runbooks/repeats.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "approve-runbook",
  runbookInPath,
  async ({ headers, body, caller, act }, runbook) => {
    const { version, note = null } = body;
    const ifMatch = headers["if-match"];
    const asked = { by: caller.subject, version, note };
    const result = await decideOnce(runbook, {
      caller,
      action: "approve",
      ifMatch,
      isRepeat: (now) => isRepeatedApproval(now, asked) && (ifMatch ?? version) === version,
      decide: async (before) => {
        const rules = await readApprovalRules({ summary: before.summary, version: before.current }, caller);
        const change = approveRunbook(before, { version, note, ...rules }, act());
        await recheckDefinition(change.version.definition);
        await requireMatchingCases(change.version.definition, before.state.teamId);
        return change;
      },
      // A vote that met another one is for the same version still. One that met a no has not seen it.
      isStillAsked: (now) =>
        now.state.version === version &&
        now.state.approvalStatus === "DRAFT" &&
        isSameJson(now.summary.changesRequested, runbook.summary.changesRequested),
    });
    return toRunbookResponse(result, await countRequiredApprovals(result), caller);
  },
);
