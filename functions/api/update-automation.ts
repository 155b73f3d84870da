// PATCH /automations/{automationId}
import { showAutomation } from "../../shared/domain/automation.ts";
import { etag } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { changeAutomation } from "../../shared/operations/automation.ts";
import { otherChangeIssues } from "../../shared/operations/automation-issues.ts";

export const handler = apiHandler(
  "update-automation",
  async ({ params: { automationId: id }, headers, body: changes, caller, act }) => {
    const automation = await changeAutomation({ id, changes, ifMatch: headers["if-match"] }, caller, act());
    return { body: showAutomation(automation), headers: { etag: etag(automation.version) } };
  },
  { issues: (data, automation, caller) => otherChangeIssues(data, automation, caller) },
);
