// GET /runbooks/{runbookId}/versions
import { audienceOf } from "../../shared/domain/permissions.ts";
import { showVersion } from "../../shared/domain/show.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listVersions } from "../../shared/store/versions.ts";

export const handler = apiHandler("list-versions", async ({ params, caller, page }, { teamId }) => {
  const { items, next } = await listVersions(params.runbookId, page);
  const audience = audienceOf(caller, teamId);
  return { list: { items: items.map((version) => showVersion(version, audience)), next } };
});
