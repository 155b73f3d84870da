// PATCH /automations/{automationId}
import { showAutomation } from "../../shared/domain/automation.ts";
import { etag } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { changeAutomation } from "../../shared/operations/automation.ts";

export const handler = handle(
  "update-automation",
  async ({ params: { automationId: id }, headers, body: changes, caller, act }) => {
    const automation = await changeAutomation({ id, changes, ifMatch: headers["if-match"] }, caller, act());
    return { body: showAutomation(automation), headers: { etag: etag(automation.version) } };
  },
);
