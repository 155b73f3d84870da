// POST /automations/{automationId}/test
import { requireLatestEvent, testAutomation } from "../../shared/application/automations/test-automation.ts";
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "test-automation",
  automationInPath,
  async ({ body, caller, now }, automation) => {
    const event = body.event ?? (await requireLatestEvent(caller, body.incidentId ?? ""));
    return { body: await testAutomation(automation, event, now) };
  },
);
