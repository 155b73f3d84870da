// GET /runbooks/{runbookId}/signing-secret
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { readSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "get-signing-secret",
  runbookInPath,
  async ({ params: { runbookId }, caller, act }) => ({
    body: await readSigningSecret(() => requireRunbook(caller, "manage", runbookId), act),
  }),
);
