// GET /incidents/{incidentId}
import { handle } from "../../shared/http/handle.ts";
import { incidentOf } from "../../shared/store/incidents.ts";

export const handler = handle("get-incident", async ({ params: { incidentId }, caller }) => {
  return { body: await incidentOf(caller, "view", incidentId) };
});
