// GET /runbooks/{runbookId}/versions/{version}/diff
import { definitionDifferences } from "../../shared/domain/diff.ts";
import { audienceOf } from "../../shared/domain/permissions.ts";
import { handle } from "../../shared/http/handle.ts";
import { historyFor } from "../../shared/store/runbooks.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = handle("diff-versions", async ({ params: { runbookId, version }, query, caller }) => {
  const { teamId } = await historyFor(caller, runbookId);
  const to = await versionOf(runbookId, version);
  const from = await versionOf(runbookId, query.from ?? Math.max(1, version - 1));
  const differences = definitionDifferences(from.definition, to.definition, audienceOf(caller, teamId));
  return { body: { from: from.version, to: to.version, differences } };
});
