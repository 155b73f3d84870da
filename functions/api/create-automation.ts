// POST /automations
import { showAutomation } from "../../shared/domain/automation.ts";
import { authorizeAnyCreation } from "../../shared/domain/permissions.ts";
import { etag } from "../../shared/http/answers.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { addAutomation } from "../../shared/operations/automation.ts";
import { otherNewIssues } from "../../shared/operations/automation-issues.ts";
import { once } from "../../shared/operations/once.ts";
import { automationFor } from "../../shared/store/automations.ts";

export const handler = handleGuarded(
  "create-automation",
  ({ caller }) => authorizeAnyCreation(caller),
  async ({ body, caller, newId, act, keyed }) => {
    const id = newId("automation");
    const automation = await once(keyed, id, {
      again: (known) => automationFor(caller, "manage", known, "deleted too"),
      act: (record) => addAutomation(id, body, caller, act(), record),
    });
    const headers = { etag: etag(automation.version), location: `/automations/${automation.id}` };
    return { body: showAutomation(automation), headers };
  },
  (data, _guarded, { caller }) => otherNewIssues(data, caller),
);
