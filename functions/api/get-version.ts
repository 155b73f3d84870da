// GET /runbooks/{runbookId}/versions/{version}
import { audienceOf } from "../../shared/domain/permissions.ts";
import { showVersion } from "../../shared/domain/show.ts";
import { handle } from "../../shared/http/handle.ts";
import { historyFor } from "../../shared/store/runbooks.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = handle("get-version", async ({ params: { runbookId, version }, caller }) => {
  const { teamId } = await historyFor(caller, runbookId);
  return { body: showVersion(await versionOf(runbookId, version), audienceOf(caller, teamId)) };
});
