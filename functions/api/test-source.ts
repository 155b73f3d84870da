// POST /sources/{sourceId}/test
import { sourceInPath } from "../../shared/application/request/access.ts";
import { testSource } from "../../shared/application/sources/test-source.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("test-source", sourceInPath, async ({ body, caller, now }, source) => ({
  body: await testSource(source, body.message, caller, now),
}));
