// Decrypts secrets for one call. Only the delivery function has the permissions for this.

import { pointer } from "../../domain/errors.ts";
import type { ExecutionInput } from "../../domain/executions/execution.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ClientCertificate } from "../../domain/runbooks/client-certificate.ts";
import {
  CLIENT_CERTIFICATE,
  type Credentials,
  hostOf,
  mapSecretsAsync,
  originsOf,
  type WebhookAuth,
} from "../../domain/runbooks/credentials.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import { originOf } from "../../domain/runbooks/origin.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { SecretRecord, SecretReference } from "../../domain/runbooks/webhook-auth.ts";
import type { Scope } from "../../domain/scopes.ts";
import { decrypt } from "../../secrets/encrypt.ts";
import { readReferencedSecret, readSecretText } from "../../secrets/referenced.ts";
import { listTexts, UnusableSecret } from "../../secrets/secret-text.ts";
import type { DecryptedAuth } from "../../webhook/auth.ts";
import { readClientCertificate } from "../../webhook/egress/client-certificate.ts";

/** What to check if a secret stays unreadable, by its storage. A missing secret and a forbidden one look alike. */
const ADVICE = {
  referenced:
    "Check that its secretArn names a secret that exists, has the tag runbooks:team, and may be read by this service.",
  stored: "If this persists, provide it again in this field of the definition.",
  parameter: "If this persists, start the runbook again with the value.",
  signature: "If this persists, rotate the signing secret of the runbook.",
} as const;
type SecretPlace = keyof typeof ADVICE;

/** A secret that cannot be used now. `field` is its JSON Pointer. The cause says why. */
export class SecretUnavailable extends Error {
  override readonly name = "SecretUnavailable";
  readonly field: string;
  readonly place: SecretPlace;
  readonly advice: string;

  constructor(field: string, place: SecretPlace, cause: unknown) {
    super(`The secret ${field} could not be decrypted or read`, { cause });
    this.field = field;
    this.place = place;
    this.advice = ADVICE[place];
  }
}

/** The credentials with their secrets, and the user name, in plain text. */
export type DecryptedCredentials = Omit<Credentials<string>, "webhookAuth" | "clientCertificate"> & {
  webhookAuth: DecryptedAuth;
  clientCertificate?: ClientCertificate | undefined;
};

/**
 * Returns the credentials in plain text. Adds every text in the referenced secrets to `relatedTexts` for masking:
 * readers who may not see the used member may not see the others either.
 */
export async function decryptCredentials(
  { runbookId: owner, definition }: RunbookVersion,
  scope: Scope,
  { relatedTexts, now }: { relatedTexts: Set<string>; now: Date },
): Promise<DecryptedCredentials> {
  const read = async (secret: SecretReference, field: string) => {
    const { value, texts } = await readReferencedSecret(secret, { scope, host: hostOf(definition, field) });
    for (const text of texts) relatedTexts.add(text);
    return value;
  };
  const { clientCertificate: shown, ...sent } = definition;
  const { webhookAuth, ...others } = await mapSecretsAsync<SecretRecord, string>(
    sent,
    async (secret, field) => {
      if (!("ciphertext" in secret)) return decryptField(field, "referenced", () => read(secret, field));
      const binding = {
        purpose: "webhook-auth",
        owner,
        field,
        origin: originsOf(definition, field),
      } as const;
      return decryptField(field, "stored", () => decrypt(secret, binding));
    },
  );
  const clientCertificate = await readCertificate(shown, now, async (secretArn, field) => {
    const text = await readSecretText(secretArn, { scope, host: hostOf(definition, field) });
    for (const related of listTexts(text)) relatedTexts.add(related);
    return text;
  });
  return { ...others, webhookAuth: await withUsername(webhookAuth, read), clientCertificate };
}

/** A certificate is the whole of its secret, and no part of it is sent: TLS shows it. */
async function readCertificate(
  secret: SecretRecord | undefined,
  now: Date,
  read: (secretArn: string, field: string) => Promise<string>,
): Promise<ClientCertificate | undefined> {
  if (secret === undefined) return undefined;
  const field = CLIENT_CERTIFICATE;
  return decryptField(field, "referenced", async () => {
    if (!("secretArn" in secret)) throw new UnusableSecret("is no reference: give it again");
    const found = readClientCertificate(await read(secret.secretArn, field), now);
    if ("problem" in found) throw new UnusableSecret(found.problem);
    return found.certificate;
  });
}

/** A user name can be a secret in AWS Secrets Manager, beside its password. */
async function withUsername(
  auth: WebhookAuth<string>,
  read: (secret: SecretReference, field: string) => Promise<string>,
): Promise<DecryptedAuth> {
  if (auth.type !== "basic") return auth;
  const { username } = auth;
  if (typeof username === "string") return { ...auth, username };
  const field = "/webhookAuth/username";
  return { ...auth, username: await decryptField(field, "referenced", () => read(username, field)) };
}

/** Returns the execution's parameters, with the secret ones in plain text. */
export async function decryptParameters(
  input: ExecutionInput,
  { webhookUrl }: Pick<DefinitionRecord, "webhookUrl">,
): Promise<JsonObject> {
  const binding = {
    purpose: "parameter",
    owner: input.secretsBoundTo,
    origin: originOf(webhookUrl) ?? "",
  } as const;
  const decrypted = Object.entries(input.secrets).map(async ([field, secret]) => {
    const decryptParameter = () => decrypt(secret, { ...binding, field });
    return [
      field,
      await decryptField(pointer(["parameters", field]), "parameter", decryptParameter),
    ] as const;
  });
  return { ...input.parameters, ...Object.fromEntries(await Promise.all(decrypted)) };
}

async function decryptField<T>(field: string, place: SecretPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new SecretUnavailable(field, place, cause);
  }
}
