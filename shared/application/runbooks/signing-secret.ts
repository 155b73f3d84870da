// The secrets that sign a runbook's requests: creation, encryption and rotation.
import { randomBytes } from "node:crypto";
import type { Act } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { decrypt, encrypt } from "../../secrets/encrypt.ts";
import { unavailableError } from "../../store/client.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { saveSecretRead } from "../../store/runbooks.ts";
import { requireSigningSecret, type SigningSecret } from "../../store/signing-secrets.ts";
import { generateSigningSecret } from "../../webhook/sign.ts";

const bindingOf = (owner: string) => ({ purpose: "signing-secret", owner, field: "secret" }) as const;

/** The previous secret still signs for this long, so that receivers can change over. */
const OVERLAP_HOURS = 24;

export async function createSigningSecret(runbookId: string, at: string): Promise<SigningSecret> {
  const current = await encrypt(generateSigningSecret(randomBytes), bindingOf(runbookId));
  return { runbookId, rotation: 1, current, previous: null, previousUntil: null, rotatedAt: at };
}

/**
 * Returns a new secret. The replaced one also signs for another 24 hours. While it does, the next rotation needs
 * `force`: it ends the older secret, and a receiver that has only that one would refuse every request. @throws
 * `invalid_transition` without `force`.
 */
export async function rotateSigningSecret(
  before: SigningSecret,
  now: Date,
  force: boolean,
): Promise<SigningSecret> {
  const { previousUntil: until } = before;
  if (!force && until !== null && now.toISOString() < until) {
    const message = `The secret before the last rotation signs until ${until}: rotate after that, or, if a secret has leaked, now with "force": true.`;
    throw new ServiceError("invalid_transition", message);
  }
  const fresh = await createSigningSecret(before.runbookId, now.toISOString());
  const previousUntil = new Date(now.getTime() + OVERLAP_HOURS * 3_600_000).toISOString();
  return { ...fresh, rotation: before.rotation + 1, previous: before.current, previousUntil };
}

/**
 * Every change of the runbook, and every one of its executions, changes the runbook item that holds the end of the
 * audit chain.
 */
const CHAIN_MOVED = { tries: 20, isConflict: () => true, giveUp: unavailableError };

/** Returns the secret to a caller who may read it, after its audit entry is stored. */
export async function readSigningSecret(
  runbook: Runbook,
  { reread, act }: { reread: () => Promise<Runbook>; act: () => Act },
) {
  return retryOnConflict(async (again) => {
    const current = again ? await reread() : runbook;
    const secret = await requireSigningSecret(current.state.id);
    // Decrypt before the audit entry is written. Otherwise a failure would leave an entry about a secret that nobody
    // saw.
    const view = await toSigningSecretView(secret);
    await saveSecretRead(current, secret, act());
    return view;
  }, CHAIN_MOVED);
}

/** Returns the decrypted secret for callers who manage the runbook. */
export async function toSigningSecretView({ runbookId, current, previousUntil, rotatedAt }: SigningSecret) {
  return { secret: await decrypt(current, bindingOf(runbookId)), previousUntil, rotatedAt };
}

/** Returns the secrets that sign at `now`, in plain text, the current one first. */
export async function decryptSigningSecrets(stored: SigningSecret, now: Date): Promise<string[]> {
  const overlap =
    stored.previousUntil !== null && now.toISOString() < stored.previousUntil ? stored.previous : null;
  const encrypted = [stored.current, ...(overlap ? [overlap] : [])];
  return Promise.all(encrypted.map((secret) => decrypt(secret, bindingOf(stored.runbookId))));
}
