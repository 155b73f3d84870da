// POST /runbooks/{runbookId}/signing-secret/rotate
import { handle } from "../../shared/http/handle.ts";
import { rotated, shownSigningSecret } from "../../shared/operations/signing-secret.ts";
import { runbookFor, saveRotation } from "../../shared/store/runbooks.ts";
import { getSigningSecret } from "../../shared/store/signing-secrets.ts";

export const handler = handle(
  "rotate-signing-secret",
  async ({ params: { runbookId }, body, caller, act, now }) => {
    const runbook = await runbookFor(caller, "manage", runbookId);
    const fresh = await rotated(await getSigningSecret(runbookId), now, body.force);
    // Opened before it is saved: a failure after that would hide a secret that signs already.
    const shown = await shownSigningSecret(fresh);
    await saveRotation(runbook, fresh, act());
    return { body: shown };
  },
);
