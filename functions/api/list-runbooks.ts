// GET /runbooks
import { handle } from "../../shared/http/handle.ts";
import { listRunbooks } from "../../shared/store/runbook-lists.ts";

export const handler = handle("list-runbooks", async ({ caller, query, page }) => {
  const { teamId, approvalStatus, q } = query;
  const scope = teamId === "global" ? null : teamId;
  return { list: await listRunbooks(caller, { scope, approvalStatus, q }, page) };
});
