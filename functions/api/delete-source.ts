// DELETE /sources/{sourceId}
import { sourceInPath } from "../../shared/application/request/access.ts";
import { removeSource } from "../../shared/application/sources/save-source.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("delete-source", sourceInPath, async ({ headers, act }, { id }) => {
  await removeSource(id, headers["if-match"], act);
  return {};
});
