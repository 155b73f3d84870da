// GET /runbooks/{runbookId}/signing-secret
import { handle } from "../../shared/http/handle.ts";
import { readSigningSecret } from "../../shared/operations/signing-secret.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handle("get-signing-secret", async ({ params: { runbookId }, caller, act }) => ({
  body: await readSigningSecret(() => runbookFor(caller, "manage", runbookId), act),
}));
