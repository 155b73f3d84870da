// PATCH /automations/{automationId}
import { showAutomation } from "../../shared/domain/automation.ts";
import { etag } from "../../shared/http/answers.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { changeAutomation } from "../../shared/operations/automation.ts";
import { otherChangeIssues } from "../../shared/operations/automation-issues.ts";

export const handler = handleGuarded(
  "update-automation",
  () => undefined,
  async ({ params: { automationId: id }, headers, body: changes, caller, act }) => {
    const automation = await changeAutomation({ id, changes, ifMatch: headers["if-match"] }, caller, act());
    return { body: showAutomation(automation), headers: { etag: etag(automation.version) } };
  },
  (data, _guarded, { params, caller }) => otherChangeIssues(data, params.automationId, caller),
);
