// GET /sources
import { callersOwn } from "../../shared/application/request/access.ts";
import { listViewableScopes } from "../../shared/domain/permissions.ts";
import { toSourceView } from "../../shared/domain/sources/source-view.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listSources } from "../../shared/store/sources.ts";

export const handler = apiHandler("list-sources", callersOwn, async ({ caller, query, page, now }) => {
  const { items, next } = await listSources(listViewableScopes(caller), query, page);
  return { list: { items: items.map((source) => toSourceView(source, now)), next } };
});
