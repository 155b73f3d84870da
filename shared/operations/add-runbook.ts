// A new runbook with its signing secret, and the idempotency record of the request that asked for it.
import type { GivenDefinition } from "../domain/definition.ts";
import { notFound, type Scope } from "../domain/permissions.ts";
import { type Act, createRunbook, type RunbookChange } from "../domain/runbook-changes.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../store/idempotency.ts";
import { getRunbook, saveRunbook } from "../store/runbooks.ts";
import { signingSecretWrite } from "../store/signing-secrets.ts";
import { prepareDefinition } from "./definition.ts";
import { newSigningSecret } from "./signing-secret.ts";

/** As it stands, deleted or not: a request that is repeated is told what it created. */
export async function addedRunbook(id: string): Promise<Added> {
  const runbook = await getRunbook(id);
  if (!runbook) throw notFound("runbook");
  return { card: runbook.card, version: runbook.current };
}

type Added = Pick<RunbookChange, "card" | "version">;
type Given = GivenDefinition & { teamId: Scope };

export async function addRunbook(
  id: string,
  { teamId, ...given }: Given,
  act: Act,
  record: IdempotencyRecord | null,
): Promise<Added> {
  const definition = await prepareDefinition(id, given, null);
  const change = createRunbook(id, teamId, definition, act);
  const signingSecret = signingSecretWrite(await newSigningSecret(id, act.at));
  await saveRunbook(change, { also: [signingSecret, ...idempotencyWrites(record)] });
  return change;
}
