// GET /automations/{automationId}
import { showAutomation } from "../../shared/domain/automation.ts";
import { etag } from "../../shared/http/answers.ts";
import { handle } from "../../shared/http/handle.ts";
import { automationFor } from "../../shared/store/automations.ts";

export const handler = handle("get-automation", async ({ params: { automationId }, caller }) => {
  const automation = await automationFor(caller, "view", automationId);
  return { body: showAutomation(automation), headers: { etag: etag(automation.version) } };
});
