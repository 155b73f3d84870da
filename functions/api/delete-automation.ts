// DELETE /automations/{automationId}
import { deleteAutomation } from "../../shared/domain/automation-changes.ts";
import { handle } from "../../shared/http/handle.ts";
import { automationFor, saveAutomation } from "../../shared/store/automations.ts";

export const handler = handle(
  "delete-automation",
  async ({ params: { automationId }, headers, caller, act }) => {
    const before = await automationFor(caller, "manage", automationId);
    await saveAutomation(deleteAutomation(before, act()), { ifMatch: headers["if-match"] });
    return {};
  },
);
