// GET /rejections
import { callersOwn } from "../../shared/application/request/access.ts";
import { listViewableScopes } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listRejections } from "../../shared/store/rejections.ts";

export const handler = apiHandler("list-rejections", callersOwn, async ({ caller, query, page }) => {
  const { from, to } = query;
  return { list: await listRejections(listViewableScopes(caller), { ...page, from, to }) };
});
