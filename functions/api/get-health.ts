// GET /health: asks nothing of AWS. A REST API answers it without this function.
import { ROUTES } from "../../shared/contract/routes.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

const { always: body } = ROUTES["get-health"].answer;

export const handler = apiHandler("get-health", "public", async () => ({ body }));
