// GET /runbooks/{runbookId}/audit
import { runbookHistoryInPath } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listAudit } from "../../shared/store/audit.ts";

export const handler = apiHandler(
  "list-audit",
  runbookHistoryInPath,
  async ({ params: { runbookId }, caller, page }) => ({
    list: await listAudit(runbookId, mayView(caller), page),
  }),
);
