// Opening secrets for one attempt; only the delivery function's role can. What cannot be opened sends nothing.
import { type AuthOf, mapSecrets } from "../domain/credentials.ts";
import type { StoredSecret } from "../domain/definition.ts";
import type { ExecutionInput } from "../domain/execution.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Scope } from "../domain/permissions.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { readReferenced } from "../secrets/referenced.ts";
import { type Binding, unseal } from "../secrets/seal.ts";

/** An auth with its secrets in plain text. */
export type OpenedAuth = AuthOf<string>;

export async function openAuth({ runbookId, definition }: RunbookVersion, scope: Scope): Promise<OpenedAuth> {
  return mapSecrets(definition.webhookAuth, (secret, field) =>
    open(secret, { purpose: "webhook-auth", owner: runbookId, field }, scope),
  );
}

/** The run's parameters with the secret ones in plain text. */
export async function openParameters(input: ExecutionInput, scope: Scope): Promise<JsonObject> {
  const opened = Object.entries(input.secrets).map(async ([field, secret]) => {
    const binding = { purpose: "parameter", owner: input.secretsBoundTo, field } as const;
    return [field, await open(secret, binding, scope)] as const;
  });
  return { ...input.parameters, ...Object.fromEntries(await Promise.all(opened)) };
}

async function open(secret: StoredSecret, binding: Binding, scope: Scope): Promise<string> {
  return "secretArn" in secret ? readReferenced(secret.secretArn, scope) : unseal(secret, binding);
}
