// POST /runbooks/{runbookId}/approve
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { recheckDefinition } from "../../shared/application/runbooks/definition.ts";
import { requireMatchingCases } from "../../shared/application/runbooks/run-cases.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { readEnvironment } from "../../shared/contract/env.ts";
import { APPROVED_NOTE, approveRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "approve-runbook",
  runbookInPath,
  async ({ headers, body, caller, act }, runbook) => {
    const { version, note = null } = body;
    const ifMatch = headers["if-match"];
    const { FOUR_EYES: fourEyes } = readEnvironment(["FOUR_EYES"], process.env);
    const asked = { change: "approved", by: caller.subject, note: note ?? APPROVED_NOTE } as const;
    const result = await changeOnce(runbook, {
      reread: () => requireRunbook(caller, "approve", runbook.state.id),
      isRepeat: (now) =>
        isRepeatedChange(now, { ...asked, from: version }) && (ifMatch ?? version) === version,
      apply: async (before) => {
        requireRunbookMatch(ifMatch, before.state.version);
        const change = approveRunbook(before, { version, note, fourEyes }, act());
        await recheckDefinition(change.version.definition);
        await requireMatchingCases(change.version.definition, before.state.teamId);
        await saveRunbook(change, { ifMatch });
        return change;
      },
    });
    return toRunbookResponse(result, caller);
  },
);
