// DELETE /runbooks/{runbookId}
import { runbookInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { deleteRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler("delete-runbook", runbookInPath, async ({ headers, act }, runbook) => {
  await deleteRunbook(runbook, act(), headers["if-match"]);
  return {};
});
