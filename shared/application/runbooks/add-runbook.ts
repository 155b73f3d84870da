// Creates a runbook with its signing secret and the idempotency record of the request.

import type { Act } from "../../domain/context.ts";
import { notFound } from "../../domain/errors.ts";
import type { DefinitionInput } from "../../domain/runbooks/definition.ts";
import { createRunbook, type RunbookChange } from "../../domain/runbooks/runbook-changes.ts";
import type { Scope } from "../../domain/scopes.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../../store/idempotency.ts";
import { getRunbook, saveRunbook } from "../../store/runbooks.ts";
import { signingSecretWrite } from "../../store/signing-secrets.ts";
import { prepareDefinition } from "./definition.ts";
import { createSigningSecret } from "./signing-secret.ts";

/** Returns the current runbook, even if it is deleted: a repeated request gets the runbook that it created. */
export async function requireCreatedRunbook(id: string): Promise<CreatedRunbook> {
  const runbook = await getRunbook(id);
  if (!runbook) throw notFound("runbook");
  return { summary: runbook.summary, version: runbook.current };
}

type CreatedRunbook = Pick<RunbookChange, "summary" | "version">;
type NewRunbookInput = DefinitionInput & { teamId: Scope };

export async function addRunbook(
  id: string,
  { teamId, ...given }: NewRunbookInput,
  act: Act,
  record: IdempotencyRecord | null,
): Promise<CreatedRunbook> {
  const { definition, warnings } = await prepareDefinition(id, given, null);
  const change = createRunbook(id, teamId, definition, act, warnings);
  const signingSecret = signingSecretWrite(await createSigningSecret(id, act.at));
  await saveRunbook(change, { extraWrites: [signingSecret, ...idempotencyWrites(record)] });
  return change;
}
