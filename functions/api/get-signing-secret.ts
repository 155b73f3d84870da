// GET /runbooks/{runbookId}/signing-secret
import { requireRunbook, runbookInPath } from "../../shared/application/request/access.ts";
import { readSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("get-signing-secret", runbookInPath, async ({ caller, act }, runbook) => {
  const reread = () => requireRunbook(caller, "manage", runbook.state.id);
  return { body: await readSigningSecret(runbook, { reread, act }) };
});
