// Signing secrets: one for each runbook, encrypted; the one before stays good for a while after a rotation.
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { ServiceError } from "../domain/errors.ts";
import { RunbookId, Timestamp } from "../domain/ids.ts";
import { EncryptedSecret } from "../domain/runbooks/webhook-auth.ts";
import { getRecord } from "./read.ts";
import type { Write } from "./transact.ts";

/** `previous` signs too, until `previousUntil`. `rotation` counts 1, 2, 3 …: a rotation is decided from one of them. */
export const SigningSecret = z.strictObject({
  runbookId: RunbookId,
  rotation: z.int().min(1),
  current: EncryptedSecret,
  previous: EncryptedSecret.nullable(),
  previousUntil: Timestamp.nullable(),
  rotatedAt: Timestamp,
});
export type SigningSecret = z.infer<typeof SigningSecret>;

/** Every runbook has one from its creation on. */
export async function requireSigningSecret(runbookId: string): Promise<SigningSecret> {
  const secret = await getRecord(SigningSecret, KEYS.runbookSigningSecret(runbookId));
  if (secret) return secret;
  throw new ServiceError("internal_error", `The runbook ${runbookId} has lost its signing secret.`);
}

/** Writes a secret if the stored one is the one before it. */
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
