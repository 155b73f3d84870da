// GET /break-glass
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { callersOwn } from "../../shared/application/request/access.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listOpenBreakGlass } from "../../shared/store/break-glass.ts";

export const handler = apiHandler("list-break-glass", callersOwn, async ({ caller, page }) => {
  const { items, next } = await listOpenBreakGlass(mayView(caller), page);
  return {
    list: { items: items.map(summarizeExecution), next },
  };
});
