// DELETE /runbooks/{runbookId}
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { deleteRunbook } from "../../shared/store/runbooks.ts";

export const handler = apiHandler("delete-runbook", async ({ headers, act }, runbook) => {
  await deleteRunbook(runbook, act(), headers["if-match"]);
  return {};
});
