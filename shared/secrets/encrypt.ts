// Encrypts secrets with KMS. The ciphertext decrypts only for the same runbook or execution, and for the same field.
import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { readEnvironment } from "../contract/env.ts";
import type { Purpose } from "../contract/secrets.ts";
import { ServiceError } from "../domain/errors.ts";
import type { EncryptedSecret } from "../domain/runbooks/webhook-auth.ts";

/**
 * The encryption context of a secret. KMS decrypts it only under the same context. Key policies can require a
 * `purpose`. `owner` is the id of a runbook, or of an execution for a secret parameter. `field` is its JSON Pointer or
 * name. `origin` is where the secret is sent, if anywhere: ciphertext copied to another address does not decrypt.
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

/** Returns KMS ciphertext in base64. `plain`: at most 4096 bytes of UTF-8. @throws `unavailable`. */
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
      "A secret could not be encrypted, so nothing was stored: check the KMS key and its grants.";
    throw new ServiceError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}

/** Returns the plain text. @throws the error of KMS. The caller decides what it means. */
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
