// POST /runbooks/{runbookId}/signing-secret/rotate
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { rotated, shownSigningSecret } from "../../shared/operations/signing-secret.ts";
import { saveRotation } from "../../shared/store/runbooks.ts";
import { getSigningSecret } from "../../shared/store/signing-secrets.ts";

export const handler = apiHandler(
  "rotate-signing-secret",
  async ({ params: { runbookId }, body, act, now }, runbook) => {
    const fresh = await rotated(await getSigningSecret(runbookId), now, body.force);
    // Opened before it is saved: a failure after that would hide a secret that signs already.
    const shown = await shownSigningSecret(fresh);
    await saveRotation(runbook, fresh, act());
    return { body: shown };
  },
);
