// Says how a request proves who sends it. Secrets are masked, or references that managers see.
import type { Definition } from "./conduct.ts";

type Secret = Definition["secrets"][string];

/** Returns what stands for a secret: stored here, or where it is kept. */
export const describeSecret = (secret: Secret | string): string =>
  typeof secret === "string"
    ? "stored encrypted"
    : `${secret.secretArn}${secret.secretKey === undefined ? "" : ` (member ${secret.secretKey})`}`;

/** A certificate is always kept in AWS Secrets Manager; only managers see where. */
export const describeCertificate = (reference: NonNullable<Definition["clientCertificate"]>): string =>
  typeof reference === "string" ? "A secret in AWS Secrets Manager." : reference.secretArn;

export function describeAuthentication({ webhookAuth: auth }: Definition): string {
  switch (auth.type) {
    case "none":
      return "None.";
    case "bearer":
      return `Authorization: Bearer, a token ${describeSecret(auth.token)}.`;
    case "basic":
      return `Authorization: Basic, as ${typeof auth.username === "string" ? auth.username : describeSecret(auth.username)}, a password ${describeSecret(auth.password)}.`;
    case "oauth2":
      return `A token by client credentials of ${auth.clientId} at ${auth.tokenUrl}${auth.scope === undefined ? "" : `, scope ${auth.scope}`}.`;
    case "custom":
      return `Secret headers: ${Object.keys(auth.customHeaders).join(", ")}.`;
  }
}
