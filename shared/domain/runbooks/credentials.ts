// The secrets of a definition: lookup by pointer, masking, and the check that they keep their destination.

import { type Issue, pointer } from "../errors.ts";
import type { Audience } from "../permissions.ts";
import type { DefinitionRecord, DefinitionView } from "./definition.ts";
import { originOf } from "./origin.ts";
import { type AuthInput, MASK, type SecretRecord, type SecretReference } from "./webhook-auth.ts";

/** A webhookAuth with secrets of type S. A user name is a plain text, or a secret in AWS Secrets Manager. */
export type WebhookAuth<S> =
  | { type: "none" }
  | { type: "bearer"; token: S }
  | { type: "basic"; username: string | SecretReference; password: S }
  | {
      type: "oauth2";
      tokenUrl: string;
      clientId: string;
      clientSecret: S;
      scope?: string | undefined;
      audience?: string | undefined;
      clientAuthentication?: "basic" | "body" | undefined;
      tokenParameters?: Record<string, string> | undefined;
    }
  | { type: "custom"; customHeaders: Record<string, S> };

type Signature<S> = { header: string; encoding: "hex" | "base64"; prefix?: string | undefined; secret: S };

/** The fields of a definition that hold secrets, with secrets of type S. */
export type Credentials<S> = {
  webhookAuth: WebhookAuth<S>;
  secrets: Record<string, S>;
  signature?: Signature<S> | undefined;
  clientCertificate?: S | undefined;
};

/** The fields of a definition that hold secrets. */
export const CREDENTIAL_FIELDS = ["webhookAuth", "secrets", "signature", "clientCertificate"] as const;
export type CredentialField = (typeof CREDENTIAL_FIELDS)[number];

/** `field` is the secret's JSON Pointer in the definition. */
type Replace<A, B> = (secret: A, field: string) => B;

export const CLIENT_CERTIFICATE = "/clientCertificate";

/** Returns the credentials with each secret replaced. */
export function mapSecrets<A, B>(credentials: Credentials<A>, replace: Replace<A, B>): Credentials<B> {
  const { webhookAuth, secrets, signature, clientCertificate: shown } = credentials;
  return {
    webhookAuth: mapAuth(webhookAuth, (secret, ...path) =>
      replace(secret, pointer(["webhookAuth", ...path])),
    ),
    secrets: mapValues(secrets, (secret, name) => replace(secret, pointer(["secrets", name]))),
    ...(signature && { signature: { ...signature, secret: replace(signature.secret, "/signature/secret") } }),
    ...(shown !== undefined && { clientCertificate: replace(shown, CLIENT_CERTIFICATE) }),
  };
}

function mapAuth<A, B>(auth: WebhookAuth<A>, replace: (secret: A, ...path: string[]) => B): WebhookAuth<B> {
  switch (auth.type) {
    case "none":
      return auth;
    case "bearer":
      return { ...auth, token: replace(auth.token, "token") };
    case "basic":
      return { ...auth, password: replace(auth.password, "password") };
    case "oauth2":
      return { ...auth, clientSecret: replace(auth.clientSecret, "clientSecret") };
    case "custom": {
      const replaceHeader = (secret: A, name: string) => replace(secret, "customHeaders", name);
      return { ...auth, customHeaders: mapValues(auth.customHeaders, replaceHeader) };
    }
  }
}

function mapValues<A, B>(values: Record<string, A>, replace: (value: A, name: string) => B) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, replace(value, name)]));
}

/** Returns all secrets by their JSON Pointer in the definition. */
export function secretsOf<S>(credentials: Credentials<S>): Map<string, S> {
  const found = new Map<string, S>();
  mapSecrets(credentials, (secret, field) => found.set(field, secret));
  return found;
}

/** Like `mapSecrets`, for replacements that take time. All of them run at once. */
export async function mapSecretsAsync<A, B>(
  credentials: Credentials<A>,
  replace: Replace<A, Promise<B>>,
): Promise<Credentials<B>> {
  const pending = [...secretsOf(credentials)].map(
    async ([field, secret]) => [field, await replace(secret, field)] as const,
  );
  const replaced = new Map(await Promise.all(pending));
  return mapSecrets(credentials, (_secret, field) => {
    const secret = replaced.get(field);
    if (secret === undefined) throw new Error(`There is no secret ${field}`);
    return secret;
  });
}

type Masked = Pick<DefinitionView, CredentialField>;

/** Returns the credentials for a response. Only callers who manage the runbook see references. */
export function maskCredentials(definition: DefinitionRecord, { manages }: Audience): Masked {
  const { webhookAuth: auth, ...masked } = mapSecrets<SecretRecord, typeof MASK | SecretReference>(
    definition,
    (secret) => (manages && "secretArn" in secret ? secret : MASK),
  );
  if (auth.type !== "basic" || manages || typeof auth.username === "string")
    return { ...masked, webhookAuth: auth };
  return { ...masked, webhookAuth: { ...auth, username: MASK } };
}

/** The addresses that receive the secrets. A secret never goes to another origin. */
type Destination = { webhookUrl: string; webhookAuth: WebhookAuth<unknown> };

/** A new secret from the request, or the stored one. */
export type ChosenSecret = string | SecretRecord;

type Requested = Credentials<string | SecretReference> & { webhookUrl: string; webhookAuth: AuthInput };

/**
 * Chooses the new secret, or the stored one if the request sent `********`. A stored secret is kept only in the same
 * field and for the same origins. Otherwise an issue asks to provide it again.
 */
export function chooseSecrets(
  next: Requested,
  current: DefinitionRecord | null,
): { credentials: Credentials<ChosenSecret>; issues: Issue[] } {
  const storedSecrets = current ? secretsOf<SecretRecord>(current) : new Map<string, SecretRecord>();
  const issues: Issue[] = [];
  const credentials = mapSecrets<string | SecretReference, ChosenSecret>(next, (secret, field) => {
    if (secret !== MASK) return secret;
    const storedSecret = storedSecrets.get(field);
    if (storedSecret && current && isSameDestination(current, next, field)) return storedSecret;
    issues.push({ pointer: field, message: storedSecret ? PROVIDE_AGAIN : NO_STORED_SECRET });
    return secret;
  });
  return { credentials, issues };
}

const PROVIDE_AGAIN =
  "was given for another scheme, host or port: a credential stays bound to its host, so provide it again";
const NO_STORED_SECRET = `is ${MASK}, which keeps a stored secret, but none is stored here: give the secret`;

/** Whether the secret goes to the same scheme, host and port as before, for webhookAuth the token endpoint included. */
function isSameDestination(a: Destination, b: Destination, field: string): boolean {
  const origins = originsOf(a, field).split(" ");
  return origins.every((origin) => origin !== "") && originsOf(a, field) === originsOf(b, field);
}

/**
 * Returns the origins for the KMS encryption context. Of webhookAuth: the token endpoint if there is one, then the
 * webhook. Other secrets go to the webhook alone.
 */
export function originsOf(destination: Destination, field: string): string {
  const { webhookUrl, webhookAuth } = destination;
  const isOfToken = webhookAuth.type === "oauth2" && isOfAuth(field);
  const origins = isOfToken ? [webhookAuth.tokenUrl, webhookUrl] : [webhookUrl];
  return origins.map((url) => originOf(url) ?? "").join(" ");
}

/** Returns the host that receives the secret itself. */
export function hostOf({ webhookUrl, webhookAuth }: Destination, field: string): string {
  const isOfToken = webhookAuth.type === "oauth2" && isOfAuth(field);
  const origin = originOf(isOfToken ? webhookAuth.tokenUrl : webhookUrl);
  return origin === null ? "" : new URL(origin).hostname;
}

const isOfAuth = (field: string) => field.startsWith("/webhookAuth/");
