// DELETE /runbooks/{runbookId}
import { handle } from "../../shared/http/handle.ts";
import { deleteRunbook, runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handle("delete-runbook", async ({ params: { runbookId }, headers, caller, act }) => {
  const runbook = await runbookFor(caller, "manage", runbookId);
  await deleteRunbook(runbook, act(), headers["if-match"]);
  return {};
});
