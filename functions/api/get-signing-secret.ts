// GET /runbooks/{runbookId}/signing-secret
import { handle } from "../../shared/http/handle.ts";
import { shownSigningSecret } from "../../shared/operations/signing-secret.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";
import { getSigningSecret } from "../../shared/store/signing-secrets.ts";

export const handler = handle("get-signing-secret", async ({ params: { runbookId }, caller }) => {
  await runbookFor(caller, "manage", runbookId);
  return { body: await shownSigningSecret(await getSigningSecret(runbookId)) };
});
