// POST /sources
import { requireSource, scopeInBody } from "../../shared/application/request/access.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { addSource } from "../../shared/application/sources/save-source.ts";
import { toSourceView } from "../../shared/domain/sources/source-view.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { etag } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "create-source",
  scopeInBody,
  async ({ body, caller, newId, now, act, keyed }) => {
    const id = newId("source");
    const source = await withIdempotency(keyed, id, {
      load: (known) => requireSource(caller, "manage", known),
      create: (record) => addSource(id, body, caller, act, record),
    });
    const headers = { etag: etag(source.version), location: `/sources/${source.id}` };
    return { body: toSourceView(source, now), headers };
  },
);
