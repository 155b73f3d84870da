// PATCH /sources/{sourceId}
import { sourceInPath } from "../../shared/application/request/access.ts";
import { changeSource } from "../../shared/application/sources/save-source.ts";
import { toSourceView } from "../../shared/domain/sources/source-view.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "update-source",
  sourceInPath,
  async ({ headers, body: changes, caller, now, act }, { id }) => {
    const source = await changeSource(id, { changes, ifMatch: headers["if-match"] }, caller, act);
    return { body: toSourceView(source, now), headers: { etag: etag(source.version) } };
  },
);
