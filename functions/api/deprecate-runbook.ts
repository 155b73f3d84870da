// POST /runbooks/{runbookId}/deprecate
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { isRepeatedChange } from "../../shared/domain/runbooks/repeats.ts";
import { DEPRECATED_NOTE, deprecateRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { requireRunbookMatch, saveRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler(
  "deprecate-runbook",
  runbookInPath,
  async ({ params, headers, body, caller, act }) => {
    const { reason = null } = body;
    const ifMatch = headers["if-match"];
    const asked = { change: "deprecated", by: caller.subject, note: reason ?? DEPRECATED_NOTE } as const;
    const result = await changeOnce({
      read: () => requireRunbook(caller, "approve", params.runbookId),
      isRepeat: (now) => isRepeatedChange(now, { ...asked, from: ifMatch }),
      apply: async (runbook) => {
        requireRunbookMatch(ifMatch, runbook.state.version);
        const change = deprecateRunbook(runbook, reason, act());
        await saveRunbook(change, { ifMatch });
        return change;
      },
    });
    return toRunbookResponse(result, caller);
  },
);
