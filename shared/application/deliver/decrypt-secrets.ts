// Opens secrets for one call: only the delivery function has the rights that this needs.

import { pointer } from "../../domain/errors.ts";
import type { ExecutionInput } from "../../domain/executions/execution.ts";
import type { JsonObject } from "../../domain/json.ts";
import {
  hostOf,
  mapSecrets,
  originOf,
  originsOf,
  type WebhookAuth,
} from "../../domain/runbooks/credentials.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { Scope } from "../../domain/scopes.ts";
import { decrypt } from "../../secrets/encrypt.ts";
import { readReferencedSecret } from "../../secrets/referenced.ts";

/** An auth with its secrets in plain text. */
export type DecryptedAuth = WebhookAuth<string>;

/** A secret that cannot be used now. `field` is its JSON Pointer; the cause says why. */
export class SecretUnavailable extends Error {
  override readonly name = "SecretUnavailable";
  readonly field: string;

  constructor(field: string, cause: unknown) {
    super(`The secret ${field} could not be opened`, { cause });
    this.field = field;
  }
}

/** `found` takes every text that lies beside a referenced secret: whoever may not read the one may not read the others. */
export async function decryptAuth(
  { runbookId: owner, definition }: RunbookVersion,
  scope: Scope,
  relatedTexts: Set<string>,
): Promise<DecryptedAuth> {
  const origin = originsOf(definition);
  return mapSecrets(definition.webhookAuth, async (secret, field) =>
    decryptField(field, async () => {
      if ("sealed" in secret) return decrypt(secret, { purpose: "webhook-auth", owner, field, origin });
      const { value, texts } = await readReferencedSecret(secret, { scope, host: hostOf(definition) });
      for (const text of texts) relatedTexts.add(text);
      return value;
    }),
  );
}

/** The run's parameters with the secret ones in plain text. */
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
    return [field, await decryptField(pointer(["parameters", field]), decryptParameter)] as const;
  });
  return { ...input.parameters, ...Object.fromEntries(await Promise.all(decrypted)) };
}

async function decryptField<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new SecretUnavailable(field, cause);
  }
}
