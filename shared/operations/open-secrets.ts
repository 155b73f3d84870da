// Opens secrets for one call: only the delivery function has the rights that this needs.
import { type AuthOf, hostOf, mapSecrets, originOf, originsOf } from "../domain/credentials.ts";
import type { StoredDefinition } from "../domain/definition.ts";
import { pointer } from "../domain/errors.ts";
import type { ExecutionInput } from "../domain/execution.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Scope } from "../domain/permissions.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { readReferenced } from "../secrets/referenced.ts";
import { unseal } from "../secrets/seal.ts";

/** An auth with its secrets in plain text. */
export type OpenedAuth = AuthOf<string>;

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
export async function openAuth(
  { runbookId: owner, definition }: RunbookVersion,
  scope: Scope,
  found: Set<string>,
): Promise<OpenedAuth> {
  const origin = originsOf(definition);
  return mapSecrets(definition.webhookAuth, async (secret, field) =>
    named(field, async () => {
      if ("sealed" in secret) return unseal(secret, { purpose: "webhook-auth", owner, field, origin });
      const { value, texts } = await readReferenced(secret, { scope, host: hostOf(definition) });
      for (const text of texts) found.add(text);
      return value;
    }),
  );
}

/** The run's parameters with the secret ones in plain text. */
export async function openParameters(
  input: ExecutionInput,
  { webhookUrl }: Pick<StoredDefinition, "webhookUrl">,
): Promise<JsonObject> {
  const binding = {
    purpose: "parameter",
    owner: input.secretsBoundTo,
    origin: originOf(webhookUrl) ?? "",
  } as const;
  const opened = Object.entries(input.secrets).map(async ([field, secret]) => {
    const open = () => unseal(secret, { ...binding, field });
    return [field, await named(pointer(["parameters", field]), open)] as const;
  });
  return { ...input.parameters, ...Object.fromEntries(await Promise.all(opened)) };
}

async function named<T>(field: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    throw new SecretUnavailable(field, cause);
  }
}
