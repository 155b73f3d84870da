// POST /automations/{automationId}/test
import { handle } from "../../shared/http/handle.ts";
import { latestEventOf, testAutomation } from "../../shared/operations/test-automation.ts";
import { automationFor } from "../../shared/store/automations.ts";

export const handler = handle("test-automation", async ({ params: { automationId }, body, caller, now }) => {
  const automation = await automationFor(caller, "execute", automationId);
  const event = body.event ?? (await latestEventOf(caller, body.incidentId ?? ""));
  return { body: await testAutomation(automation, event, now) };
});
