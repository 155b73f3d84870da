// GET /openapi.json: the document that is published with the code.
import document from "../../docs/openapi.json" with { type: "json" };
import { ROUTES } from "../../shared/contract/routes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

const body = ROUTES["get-openapi"].answer.body.parse(document);

export const handler = apiHandler("get-openapi", "public", async () => ({ body }));
