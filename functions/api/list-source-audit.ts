// GET /sources/{sourceId}/audit
import { sourceInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listSourceAudit } from "../../shared/store/audit.ts";

export const handler = apiHandler("list-source-audit", sourceInPath, async ({ page }, { id }) => ({
  list: await listSourceAudit(id, page),
}));
