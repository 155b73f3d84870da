// POST /automations/{automationId}/approve
import { approveOnce, showAutomation } from "../../shared/application/automations/approve-automation.ts";
import { automationInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "approve-automation",
  automationInPath,
  async ({ headers, body: { version }, caller, act }, automation) => {
    const approved = await approveOnce(automation, { version, ifMatch: headers["if-match"], caller, act });
    return { body: showAutomation(approved), headers: { etag: etag(approved.version) } };
  },
);
