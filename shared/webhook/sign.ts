// Signs requests as Standard Webhooks specifies, so that receivers verify them with existing libraries.
import { createHmac } from "node:crypto";

const PREFIX = "whsec_";
const KEY_BYTES = 32;

type SignatureHeaders = {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
};

/** Returns a new signing secret. `randomBytes`: as in `node:crypto`. */
export function generateSigningSecret(randomBytes: (size: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(KEY_BYTES)).toString("base64");
}

/** Returns one signature for each secret. During a rotation, receivers accept the old and the new secret. */
export function signatureHeaders(
  message: { id: string; timestamp: Date; body: string },
  secrets: readonly string[],
): SignatureHeaders {
  const timestamp = String(Math.floor(message.timestamp.getTime() / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map((secret) => `v1,${signatureOf(signed, secret)}`).join(" "),
  };
}

function signatureOf(signed: string, secret: string): string {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, "base64");
  if (key.length === 0) throw new Error("a signing secret is empty");
  return createHmac("sha256", key).update(signed).digest("base64");
}

/** A signature of the receiver's own kind. `secret`: the key, as UTF-8 text. */
export type BodySignature = {
  header: string;
  encoding: "hex" | "base64";
  prefix?: string | undefined;
  secret: string;
};

/** Returns the HMAC-SHA256 of the body under the author's header. */
export function bodySignatureHeader(body: string, { header, encoding, prefix = "", secret }: BodySignature) {
  const value = prefix + createHmac("sha256", secret).update(body).digest(encoding);
  return { [header.toLowerCase()]: value };
}
