// POST /automations
import { showAutomation } from "../../shared/application/automations/approve-automation.ts";
import { inspectNewAutomation } from "../../shared/application/automations/automation-issues.ts";
import { addAutomation } from "../../shared/application/automations/save-automation.ts";
import { requireAutomation, scopeInBody } from "../../shared/application/request/access.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "create-automation",
  scopeInBody,
  async ({ body, caller, newId, act, keyed }) => {
    const id = newId("automation");
    const automation = await withIdempotency(keyed, id, {
      load: (known) => requireAutomation(caller, "manage", known, "deleted too"),
      create: (record) => addAutomation(id, body, caller, act(), record),
    });
    const headers = { etag: etag(automation.version), location: `/automations/${automation.id}` };
    return { body: showAutomation(automation), headers };
  },
  { issues: (data, _none, caller) => inspectNewAutomation(data, caller) },
);
