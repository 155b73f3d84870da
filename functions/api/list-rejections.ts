// GET /rejections
import { callersOwn, requireSource } from "../../shared/application/request/access.ts";
import { listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listRejections } from "../../shared/store/rejections.ts";

export const handler = apiHandler("list-rejections", callersOwn, async ({ caller, query, page }) => {
  const { from, to, sourceId } = query;
  if (sourceId !== undefined) await requireSource(caller, "view", sourceId);
  const isSeen = sourceId !== undefined || listViewableScopes(caller) === "all";
  return { list: isSeen ? await listRejections({ ...page, from, to }, { sourceId }) : NOTHING };
});

/** Rejected events belong to no team, so only who may view every team finds any. */
const NOTHING = { items: [], next: null };
