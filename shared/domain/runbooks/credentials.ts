// The secrets of a webhookAuth: lookup by pointer, masking, and the check that they keep their destination.

import { type Issue, pointer } from "../errors.ts";
import type { Audience } from "../permissions.ts";
import { type AuthInput, type AuthRecord, type AuthView, MASK, type SecretRecord } from "./webhook-auth.ts";

/** A webhookAuth with secrets of type S. */
export type WebhookAuth<S> =
  | { type: "none" }
  | { type: "bearer"; token: S }
  | { type: "basic"; username: string; password: S }
  | {
      type: "oauth2";
      tokenUrl: string;
      clientId: string;
      clientSecret: S;
      scope?: string | undefined;
      audience?: string | undefined;
    }
  | { type: "custom"; customHeaders: Record<string, S> };

/** Returns the auth with each secret replaced. `field` is the secret's JSON Pointer in the definition. */
export async function mapSecrets<A, B>(
  auth: WebhookAuth<A>,
  replace: (secret: A, field: string) => B | Promise<B>,
): Promise<WebhookAuth<B>> {
  const replaceAt = (secret: A, ...path: string[]) => replace(secret, pointer(["webhookAuth", ...path]));
  switch (auth.type) {
    case "none":
      return auth;
    case "bearer":
      return { ...auth, token: await replaceAt(auth.token, "token") };
    case "basic":
      return { ...auth, password: await replaceAt(auth.password, "password") };
    case "oauth2":
      return { ...auth, clientSecret: await replaceAt(auth.clientSecret, "clientSecret") };
    case "custom": {
      const entries = Object.entries(auth.customHeaders).map(
        async ([name, secret]) => [name, await replaceAt(secret, "customHeaders", name)] as const,
      );
      return { ...auth, customHeaders: Object.fromEntries(await Promise.all(entries)) };
    }
  }
}

/** Returns all secrets of an auth by their JSON Pointer in the definition. */
export function secretsOf<S>(auth: WebhookAuth<S>): Map<string, S> {
  switch (auth.type) {
    case "none":
      return new Map();
    case "bearer":
      return new Map([[pointer(["webhookAuth", "token"]), auth.token]]);
    case "basic":
      return new Map([[pointer(["webhookAuth", "password"]), auth.password]]);
    case "oauth2":
      return new Map([[pointer(["webhookAuth", "clientSecret"]), auth.clientSecret]]);
    case "custom":
      return new Map(
        Object.entries(auth.customHeaders).map(([n, s]) => [pointer(["webhookAuth", "customHeaders", n]), s]),
      );
  }
}

const createMasker =
  ({ manages }: Audience) =>
  (secret: SecretRecord) =>
    manages && "secretArn" in secret ? secret : MASK;

/** Returns the auth for a response. */
export function maskAuth(auth: AuthRecord, audience: Audience): AuthView {
  const mask = createMasker(audience);
  switch (auth.type) {
    case "none":
      return auth;
    case "bearer":
      return { ...auth, token: mask(auth.token) };
    case "basic":
      return { ...auth, password: mask(auth.password) };
    case "oauth2":
      return { ...auth, clientSecret: mask(auth.clientSecret) };
    case "custom": {
      const entries = Object.entries(auth.customHeaders).map(([name, secret]) => [name, mask(secret)]);
      return { ...auth, customHeaders: Object.fromEntries(entries) };
    }
  }
}

/** The addresses that receive the secrets. A secret never goes to another origin. */
type Destination = { webhookUrl: string; webhookAuth: WebhookAuth<unknown> };

/** A new secret from the request, or the stored one. */
export type ChosenSecret = string | SecretRecord;

/**
 * Chooses the new secret, or the stored one if the request sent `********`. A stored secret is kept only in the same
 * field and for the same origins. Otherwise an issue asks to provide it again.
 */
export async function chooseSecrets(
  next: { webhookUrl: string; webhookAuth: AuthInput },
  current: { webhookUrl: string; webhookAuth: AuthRecord } | null,
): Promise<{ auth: WebhookAuth<ChosenSecret>; issues: Issue[] }> {
  const storedSecrets = current ? secretsOf(current.webhookAuth) : new Map<string, SecretRecord>();
  const hasMoved = current !== null && !isSameDestination(current, next);
  const issues: Issue[] = [];
  const auth = await mapSecrets<string | SecretRecord, ChosenSecret>(next.webhookAuth, (secret, field) => {
    if (secret !== MASK) return secret;
    const storedSecret = storedSecrets.get(field);
    if (storedSecret && !hasMoved) return storedSecret;
    issues.push({ pointer: field, message: storedSecret ? PROVIDE_AGAIN : NO_STORED_SECRET });
    return secret;
  });
  return { auth, issues };
}

const PROVIDE_AGAIN =
  "was given for another scheme, host or port: a credential stays bound to its host, so provide it again";
const NO_STORED_SECRET = `is ${MASK}, which keeps a stored secret, but none is stored here: give the secret`;

/** Whether secrets go to the same scheme, host and port as before, including the token endpoint. */
function isSameDestination(a: Destination, b: Destination): boolean {
  const origins = originsOf(a).split(" ");
  return origins.every((origin) => origin !== "") && originsOf(a) === originsOf(b);
}

/** Returns the origins for the KMS encryption context: the token endpoint if there is one, then the webhook. */
export function originsOf({ webhookUrl, webhookAuth }: Destination): string {
  const origins = webhookAuth.type === "oauth2" ? [webhookAuth.tokenUrl, webhookUrl] : [webhookUrl];
  return origins.map((url) => originOf(url) ?? "").join(" ");
}

/** Returns the host that receives the secrets themselves. */
export function hostOf({ webhookUrl, webhookAuth }: Destination): string {
  const origin = originOf(webhookAuth.type === "oauth2" ? webhookAuth.tokenUrl : webhookUrl);
  return origin === null ? "" : new URL(origin).hostname;
}

/**
 * Returns the origin of a URL with a templated path. Returns null if any expression, even a comment, stands before the
 * path: the rendered URL could then have another origin.
 */
export function originOf(url: string): string | null {
  const literal = /^https?:\/\/[^/?#\\\s]+/i.exec(url)?.[0];
  return literal && !literal.includes("{{") && URL.canParse(literal) ? new URL(literal).origin : null;
}
