// POST /automations/{automationId}/test
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { latestEventOf, testAutomation } from "../../shared/operations/test-automation.ts";

export const handler = apiHandler("test-automation", async ({ body, caller, now }, automation) => {
  const event = body.event ?? (await latestEventOf(caller, body.incidentId ?? ""));
  return { body: await testAutomation(automation, event, now) };
});
