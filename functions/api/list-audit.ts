// GET /runbooks/{runbookId}/audit
import { handle } from "../../shared/http/handle.ts";
import { listAudit } from "../../shared/store/audit.ts";
import { historyFor } from "../../shared/store/runbooks.ts";

export const handler = handle("list-audit", async ({ params: { runbookId }, caller, page }) => {
  await historyFor(caller, runbookId);
  return { list: await listAudit(caller, runbookId, page) };
});
