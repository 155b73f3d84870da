// POST /runbooks/{runbookId}/signing-secret/rotate
import { runbookInPath } from "../../shared/application/request/access.ts";
import {
  rotateSigningSecret,
  toSigningSecretView,
} from "../../shared/application/runbooks/signing-secret.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { saveSecretRotation } from "../../shared/store/runbooks.ts";
import { requireSigningSecret } from "../../shared/store/signing-secrets.ts";

export const handler = apiHandler(
  "rotate-signing-secret",
  runbookInPath,
  async ({ params: { runbookId }, body, act, now }, runbook) => {
    const fresh = await rotateSigningSecret(await requireSigningSecret(runbookId), now, body.force);
    // Decrypt before saving. A failure afterwards would hide a secret that already signs.
    const view = await toSigningSecretView(fresh);
    await saveSecretRotation(runbook, fresh, act());
    return { body: view };
  },
);
