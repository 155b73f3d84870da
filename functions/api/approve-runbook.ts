// POST /runbooks/{runbookId}/approve
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { recheckDefinition } from "../../shared/application/runbooks/definition.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { readEnvironment } from "../../shared/contract/env.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { APPROVED_NOTE, approveRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "approve-runbook",
  runbookInPath,
  async ({ params, headers, body, caller, act }) => {
    const { version, note = null } = body;
    const ifMatch = headers["if-match"];
    const { FOUR_EYES: fourEyes } = readEnvironment(["FOUR_EYES"], process.env);
    const asked = { change: "approved", by: caller.subject, note: note ?? APPROVED_NOTE } as const;
    const result = await changeOnce({
      read: () => requireRunbook(caller, "approve", params.runbookId),
      isRepeat: (now) =>
        isRepeatedChange(now, { ...asked, from: version }) && (ifMatch ?? version) === version,
      apply: async (runbook) => {
        requireRunbookMatch(ifMatch, runbook.state.version);
        const change = approveRunbook(runbook, { version, note, fourEyes }, act());
        recheckDefinition(change.version.definition);
        await saveRunbook(change, { ifMatch });
        return change;
      },
    });
    return toRunbookResponse(result, caller);
  },
);
