// GET /runbooks/{runbookId}/versions
import { runbookHistoryInPath } from "../../shared/application/request/access.ts";
import { getAudience } from "../../shared/domain/permissions.ts";
import { toVersionView } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listVersions } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "list-versions",
  runbookHistoryInPath,
  async ({ params, caller, page }, { teamId }) => {
    const { items, next } = await listVersions(params.runbookId, page);
    const audience = getAudience(caller, teamId);
    return { list: { items: items.map((version) => toVersionView(version, audience)), next } };
  },
);
