// The secret that a runbook's requests are signed with: made, encrypted, rotated.
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

/** How long the secret before still signs, so that receivers can follow. */
const OVERLAP_HOURS = 24;

export async function createSigningSecret(runbookId: string, at: string): Promise<SigningSecret> {
  const current = await encrypt(generateSigningSecret(randomBytes), bindingOf(runbookId));
  return { runbookId, rotation: 1, current, previous: null, previousUntil: null, rotatedAt: at };
}

/**
 * A fresh secret; the one that was current signs too for 24 hours more. While the one before that still signs, only by
 * `force`: it would sign no more, and a receiver that still has it alone would refuse every request.
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

/** Every change of the runbook, and every run of it, moves the chain that an entry is appended to. */
const CHAIN_MOVED = { tries: 20, isConflict: () => true, giveUp: unavailableError };

/** The secret, for somebody who may read it, once the audit says that they do. */
export async function readSigningSecret(
  runbook: Runbook,
  { reread, act }: { reread: () => Promise<Runbook>; act: () => Act },
) {
  return retryOnConflict(async (again) => {
    const current = again ? await reread() : runbook;
    const secret = await requireSigningSecret(current.state.id);
    // Opened before the entry is written, which would tell of a secret that nobody was shown if opening failed.
    const view = await toSigningSecretView(secret);
    await saveSecretRead(current, secret, act());
    return view;
  }, CHAIN_MOVED);
}

/** The secret as its managers may see it. */
export async function toSigningSecretView({ runbookId, current, previousUntil, rotatedAt }: SigningSecret) {
  return { secret: await decrypt(current, bindingOf(runbookId)), previousUntil, rotatedAt };
}

/** The secrets that sign now, in plain text, the current one first. */
export async function decryptSigningSecrets(stored: SigningSecret, now: Date): Promise<string[]> {
  const overlap =
    stored.previousUntil !== null && now.toISOString() < stored.previousUntil ? stored.previous : null;
  const encrypted = [stored.current, ...(overlap ? [overlap] : [])];
  return Promise.all(encrypted.map((secret) => decrypt(secret, bindingOf(stored.runbookId))));
}
