// POST /automations
import { showAutomation } from "../../shared/domain/automation.ts";
import { etag } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { requireAutomation } from "../../shared/operations/access.ts";
import { addAutomation } from "../../shared/operations/automation.ts";
import { otherNewIssues } from "../../shared/operations/automation-issues.ts";
import { once } from "../../shared/operations/once.ts";

export const handler = apiHandler(
  "create-automation",
  async ({ body, caller, newId, act, keyed }) => {
    const id = newId("automation");
    const automation = await once(keyed, id, {
      again: (known) => requireAutomation(caller, "manage", known, "deleted too"),
      act: (record) => addAutomation(id, body, caller, act(), record),
    });
    const headers = { etag: etag(automation.version), location: `/automations/${automation.id}` };
    return { body: showAutomation(automation), headers };
  },
  { issues: (data, _none, caller) => otherNewIssues(data, caller) },
);
