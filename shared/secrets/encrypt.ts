// Encrypting secrets with KMS: ciphertext that opens only for the runbook or run, and the field, that it was encrypted for.
import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { readEnvironment } from "../contract/env.ts";
import type { Purpose } from "../contract/secrets.ts";
import { ServiceError } from "../domain/errors.ts";
import type { EncryptedSecret } from "../domain/runbooks/webhook-auth.ts";

/**
 * What a secret is bound to; KMS opens it only under the same context. Key policies can ask for `purpose`.
 * `owner` is a runbook's id, or a run's for a secret parameter; `field` its JSON Pointer or name. `origin` is where
 * the secret goes, if it goes anywhere: ciphertext put beside another address does not open.
 */
export type Binding = {
  purpose: Purpose;
  owner: string;
  field: string;
  origin?: string;
};

let client: KMSClient | undefined;
function kms(): KMSClient {
  client ??= new KMSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  });
  return client;
}

const toEncryptionContext = (binding: Binding) => ({ service: "runbooks", ...binding });

/** KMS ciphertext in base64. `plain`: at most 4096 bytes of UTF-8. */
export async function encrypt(plain: string, binding: Binding): Promise<EncryptedSecret> {
  try {
    const { CiphertextBlob } = await kms().send(
      new EncryptCommand({
        KeyId: readEnvironment(["KMS_KEY_ID"], process.env).KMS_KEY_ID,
        Plaintext: Buffer.from(plain, "utf8"),
        EncryptionContext: toEncryptionContext(binding),
      }),
    );
    if (!CiphertextBlob) throw new Error("KMS answered without ciphertext");
    return { ciphertext: Buffer.from(CiphertextBlob).toString("base64") };
  } catch (cause) {
    const message =
      "A secret could not be encrypted, so nothing was stored: look at the KMS key and its grants.";
    throw new ServiceError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}

/** The plain text of a encrypted secret. Throws what KMS says; the caller decides what that means. */
export async function decrypt({ ciphertext }: EncryptedSecret, binding: Binding): Promise<string> {
  const { Plaintext } = await kms().send(
    new DecryptCommand({
      KeyId: readEnvironment(["KMS_KEY_ID"], process.env).KMS_KEY_ID,
      CiphertextBlob: Buffer.from(ciphertext, "base64"),
      EncryptionContext: toEncryptionContext(binding),
    }),
  );
  if (!Plaintext) throw new Error("KMS answered without plain text");
  return Buffer.from(Plaintext).toString("utf8");
}
