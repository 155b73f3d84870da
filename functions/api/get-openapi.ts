// GET /openapi.json
import { handle } from "../../shared/http/handle.ts";
import { openApiDocument } from "../../shared/http/openapi.ts";

const document = openApiDocument();

export const handler = handle("get-openapi", async () => ({ body: document }));
