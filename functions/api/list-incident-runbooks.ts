// GET /incidents/{incidentId}/runbooks
import { handle } from "../../shared/http/handle.ts";
import { incidentOf, listRunnable } from "../../shared/store/incidents.ts";

export const handler = handle("list-incident-runbooks", async ({ params: { incidentId }, caller, page }) => {
  const { teamId } = await incidentOf(caller, "view", incidentId);
  return { list: await listRunnable(caller, teamId, page) };
});
