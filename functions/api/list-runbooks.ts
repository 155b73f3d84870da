// GET /runbooks
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listRunbooks } from "../../shared/store/runbook-lists.ts";

export const handler = apiHandler("list-runbooks", async ({ caller, query, page }) => {
  const { teamId, approvalStatus, q } = query;
  const scope = teamId === "global" ? null : teamId;
  return { list: await listRunbooks(caller, { scope, approvalStatus, q }, page) };
});
