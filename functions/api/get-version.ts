// GET /runbooks/{runbookId}/versions/{version}
import { runbookHistoryInPath } from "../../shared/application/request/access.ts";
import { getAudience } from "../../shared/domain/permissions.ts";
import { toVersionView } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { requireVersion } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "get-version",
  runbookHistoryInPath,
  async ({ params, caller }, { teamId }) => {
    const version = await requireVersion(params.runbookId, params.version);
    return { body: toVersionView(version, getAudience(caller, teamId)) };
  },
);
