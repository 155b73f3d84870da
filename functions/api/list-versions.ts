// GET /runbooks/{runbookId}/versions
import { audienceOf } from "../../shared/domain/permissions.ts";
import { showVersion } from "../../shared/domain/show.ts";
import { handle } from "../../shared/http/handle.ts";
import { historyFor } from "../../shared/store/runbooks.ts";
import { listVersions } from "../../shared/store/versions.ts";

export const handler = handle("list-versions", async ({ params: { runbookId }, caller, page }) => {
  const { teamId } = await historyFor(caller, runbookId);
  const { items, next } = await listVersions(runbookId, page);
  const audience = audienceOf(caller, teamId);
  return { list: { items: items.map((version) => showVersion(version, audience)), next } };
});
