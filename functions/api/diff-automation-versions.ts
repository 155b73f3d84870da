// GET /automations/{automationId}/versions/{version}/diff
import { automationInPath } from "../../shared/application/request/access.ts";
import { diffSettings } from "../../shared/domain/automations/automation-version.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { requireAutomationVersion } from "../../shared/store/automation-versions.ts";

export const handler = apiHandler(
  "diff-automation-versions",
  automationInPath,
  async ({ params: { version }, query }, { id }) => {
    const to = await requireAutomationVersion(id, version);
    const from = await requireAutomationVersion(id, query.from ?? Math.max(1, version - 1));
    const differences = diffSettings(from.settings, to.settings);
    return { body: { from: from.version, to: to.version, differences } };
  },
);
