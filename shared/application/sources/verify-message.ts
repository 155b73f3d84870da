// Verifies a message of the intake by the secrets of its source, before it is read.
import { ServiceError } from "../../domain/errors.ts";
import { SourceId } from "../../domain/ids.ts";
import type { EncryptedSecret } from "../../domain/runbooks/webhook-auth.ts";
import type { Source } from "../../domain/sources/source.ts";
import { isSignedWith, type SignedMessage } from "../../domain/sources/verify.ts";
import { countRefused } from "../../logging/refused-messages.ts";
import { decrypt } from "../../secrets/encrypt.ts";
import { getSource } from "../../store/sources.ts";
import { bindingOf } from "./verification-secret.ts";

/** An unknown source and a wrong signature look the same to who sends it. */
function unsigned(kind: string): ServiceError {
  countRefused(kind, "unsigned");
  return new ServiceError(
    "unauthenticated",
    "The source is not known here, or the message is not signed with its secret: check both in the settings of the system.",
  );
}

/** @throws `unauthenticated` unless the message is signed with a secret of the source that is valid now. */
export async function requireSigned(sourceId: string, message: SignedMessage): Promise<Source> {
  const source = SourceId.safeParse(sourceId).success ? await getSource(sourceId) : null;
  if (!source?.verification) throw unsigned("unknown");
  const { previous, ...current } = source.verification;
  const isValid = previous !== null && Date.parse(previous.until) > message.now.getTime();
  for (const { scheme, secret } of isValid ? [current, previous] : [current]) {
    if (isSignedWith(scheme, await openSecret(source.id, secret), message)) return source;
  }
  throw unsigned(source.kind);
}

/** Secrets that this process has decrypted, by their ciphertext, the oldest first. */
const opened = new Map<string, string>();
const MAX_OPENED = 200;

async function openSecret(sourceId: string, secret: EncryptedSecret): Promise<string> {
  const key = `${sourceId}:${secret.ciphertext}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const plain = await decryptSecret(sourceId, secret);
  const [oldest] = opened.keys();
  if (opened.size >= MAX_OPENED && oldest !== undefined) opened.delete(oldest);
  opened.set(key, plain);
  return plain;
}

async function decryptSecret(sourceId: string, secret: EncryptedSecret): Promise<string> {
  try {
    return await decrypt(secret, bindingOf(sourceId));
  } catch (cause) {
    const message = "The secret of the source could not be decrypted: check the KMS key and its grants.";
    throw new ServiceError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}
