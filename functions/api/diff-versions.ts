// GET /runbooks/{runbookId}/versions/{version}/diff
import { definitionDifferences } from "../../shared/domain/diff.ts";
import { audienceOf } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = apiHandler("diff-versions", async ({ params, query, caller }, { teamId }) => {
  const { runbookId, version } = params;
  const to = await versionOf(runbookId, version);
  const from = await versionOf(runbookId, query.from ?? Math.max(1, version - 1));
  const differences = definitionDifferences(from.definition, to.definition, audienceOf(caller, teamId));
  return { body: { from: from.version, to: to.version, differences } };
});
