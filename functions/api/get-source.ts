// GET /sources/{sourceId}
import { sourceInPath } from "../../shared/application/request/access.ts";
import { toSourceView } from "../../shared/domain/sources/source-view.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler("get-source", sourceInPath, async ({ now }, source) => ({
  body: toSourceView(source, now),
  headers: { etag: etag(source.version) },
}));
