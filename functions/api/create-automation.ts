// POST /automations
import { showAutomation } from "../../shared/domain/automation.ts";
import { createAutomation } from "../../shared/domain/automation-changes.ts";
import { authorizeAnyCreation } from "../../shared/domain/permissions.ts";
import { etag } from "../../shared/http/answers.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { automationScope, checkSettings, requireApproved } from "../../shared/operations/automation.ts";
import { saveAutomation } from "../../shared/store/automations.ts";

export const handler = handleGuarded(
  "create-automation",
  ({ caller }) => authorizeAnyCreation(caller),
  async ({ body, caller, newId, act }) => {
    const { runbook, teamId } = await automationScope(caller, body.teamId, body.runbookId);
    checkSettings(body, runbook);
    requireApproved(runbook);
    const id = newId("automation");
    const change = createAutomation(id, teamId, body, act());
    await saveAutomation(change);
    const headers = { etag: etag(1), location: `/automations/${id}` };
    return { body: showAutomation(change.automation), headers };
  },
);
