// PATCH /automations/{automationId}
import { showAutomation } from "../../shared/domain/automation.ts";
import { updateAutomation } from "../../shared/domain/automation-changes.ts";
import { etag } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { checkSettings } from "../../shared/operations/automation.ts";
import { automationFor, requireVersion, saveAutomation } from "../../shared/store/automations.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handle(
  "update-automation",
  async ({ params: { automationId }, headers, body, caller, act }) => {
    const before = await automationFor(caller, "manage", automationId);
    requireVersion(headers["if-match"], before);
    const change = updateAutomation(before, body, act());
    const automation = change?.automation ?? before;
    if (change && (body.pattern || body.parameters)) {
      checkSettings(automation, await runbookFor(caller, "view", before.runbookId));
    }
    if (change) await saveAutomation(change, { ifMatch: headers["if-match"] });
    return { body: showAutomation(automation), headers: { etag: etag(automation.version) } };
  },
);
