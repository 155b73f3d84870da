// GET /runbooks/{runbookId}/versions/{version}
import { audienceOf } from "../../shared/domain/permissions.ts";
import { showVersion } from "../../shared/domain/show.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = apiHandler("get-version", async ({ params, caller }, { teamId }) => {
  const version = await versionOf(params.runbookId, params.version);
  return { body: showVersion(version, audienceOf(caller, teamId)) };
});
