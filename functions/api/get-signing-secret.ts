// GET /runbooks/{runbookId}/signing-secret
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { requireRunbook } from "../../shared/operations/access.ts";
import { readSigningSecret } from "../../shared/operations/signing-secret.ts";

export const handler = apiHandler("get-signing-secret", async ({ params: { runbookId }, caller, act }) => ({
  body: await readSigningSecret(() => requireRunbook(caller, "manage", runbookId), act),
}));
