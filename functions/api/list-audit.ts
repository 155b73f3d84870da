// GET /runbooks/{runbookId}/audit
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listAudit } from "../../shared/store/audit.ts";

export const handler = apiHandler("list-audit", async ({ params: { runbookId }, caller, page }) => ({
  list: await listAudit(caller, runbookId, page),
}));
