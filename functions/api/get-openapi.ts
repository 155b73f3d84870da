// GET /openapi.json: the document that is published with the code.

import document from "../../docs/openapi.json" with { type: "json" };
import { ROUTES } from "../../shared/contract/routes.ts";
import { handle } from "../../shared/http/handle.ts";

const body = ROUTES["get-openapi"].answer.body.parse(document);

export const handler = handle("get-openapi", async () => ({ body }));
