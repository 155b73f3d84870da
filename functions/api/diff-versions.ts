// GET /runbooks/{runbookId}/versions/{version}/diff
import { runbookHistoryInPath } from "../../shared/application/request/access.ts";
import { getAudience } from "../../shared/domain/permissions.ts";
import { diffDefinitions } from "../../shared/domain/runbooks/diff.ts";
import { assessRisk } from "../../shared/domain/runbooks/risk.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { requireVersion } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "diff-versions",
  runbookHistoryInPath,
  async ({ params, query, caller }, { teamId }) => {
    const { runbookId, version } = params;
    const to = await requireVersion(runbookId, version);
    const from = await requireVersion(runbookId, query.from ?? Math.max(1, version - 1));
    const differences = diffDefinitions(from.definition, to.definition, getAudience(caller, teamId));
    const risk = assessRisk(from.definition, to.definition);
    return { body: { from: from.version, to: to.version, differences, risk } };
  },
);
