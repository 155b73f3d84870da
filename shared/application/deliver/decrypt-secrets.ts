// Decrypts secrets for one call. Only the delivery function has the permissions for this.

import { pointer } from "../../domain/errors.ts";
import type { ExecutionInput } from "../../domain/executions/execution.ts";
import type { JsonObject } from "../../domain/json.ts";
import {
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
import { readReferencedSecret } from "../../secrets/referenced.ts";
import type { DecryptedAuth } from "../../webhook/auth.ts";

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
  readonly advice: string;

  constructor(field: string, place: SecretPlace, cause: unknown) {
    super(`The secret ${field} could not be decrypted or read`, { cause });
    this.field = field;
    this.advice = ADVICE[place];
  }
}

/** The credentials with their secrets, and the user name, in plain text. */
export type DecryptedCredentials = Omit<Credentials<string>, "webhookAuth"> & { webhookAuth: DecryptedAuth };

/**
 * Returns the credentials in plain text. Adds every text in the referenced secrets to `relatedTexts` for masking:
 * readers who may not see the used member may not see the others either.
 */
export async function decryptCredentials(
  { runbookId: owner, definition }: RunbookVersion,
  scope: Scope,
  relatedTexts: Set<string>,
): Promise<DecryptedCredentials> {
  const read = async (secret: SecretReference, field: string) => {
    const { value, texts } = await readReferencedSecret(secret, { scope, host: hostOf(definition, field) });
    for (const text of texts) relatedTexts.add(text);
    return value;
  };
  const { webhookAuth, ...others } = await mapSecretsAsync<SecretRecord, string>(
    definition,
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
  return { ...others, webhookAuth: await withUsername(webhookAuth, read) };
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
