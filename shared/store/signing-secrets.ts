// Signing secrets: one for each runbook, encrypted. The previous secret stays valid for a while after a rotation.
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { ServiceError } from "../domain/errors.ts";
import { RunbookId, Timestamp } from "../domain/ids.ts";
import { EncryptedSecret } from "../domain/runbooks/webhook-auth.ts";
import { getRecord } from "./read.ts";
import type { Write } from "./transact.ts";

/** `previous` also signs until `previousUntil`. `rotation` counts 1, 2, 3 …; each write is conditional on it. */
export const SigningSecret = z.strictObject({
  runbookId: RunbookId,
  rotation: z.int().min(1),
  current: EncryptedSecret,
  previous: EncryptedSecret.nullable(),
  previousUntil: Timestamp.nullable(),
  rotatedAt: Timestamp,
});
export type SigningSecret = z.infer<typeof SigningSecret>;

/** @throws `internal_error` if there is none. Creating a runbook creates its secret. */
export async function requireSigningSecret(runbookId: string): Promise<SigningSecret> {
  const secret = await getRecord(SigningSecret, KEYS.runbookSigningSecret(runbookId));
  if (secret) return secret;
  throw new ServiceError("internal_error", `The signing secret of the runbook ${runbookId} is missing.`);
}

/** Returns the write of a secret. Its condition fails unless the stored secret is the previous rotation. */
export function signingSecretWrite(secret: SigningSecret): Write {
  const put = { ...KEYS.runbookSigningSecret(secret.runbookId), ...secret };
  if (secret.rotation === 1) return { label: "signing-secret", put, condition: "attribute_not_exists(pk)" };
  return {
    label: "signing-secret",
    put,
    condition: "rotation = :before",
    values: { ":before": secret.rotation - 1 },
  };
}
