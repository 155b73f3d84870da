// Issues the callback token of an execution. Only the delivery function can read one that was sent.
import { randomBytes } from "node:crypto";
import { CALLBACK_TOKEN } from "../../domain/executions/callback.ts";
import { saveTokenHash } from "../../store/callbacks.ts";
import type { ExecutionRecord } from "../../store/executions.ts";
import { decryptMasks } from "./callback-masks.ts";
import { hashToken } from "./callback-token.ts";

const TOKEN_BYTES = 32;

export const newToken = () => randomBytes(TOKEN_BYTES).toString("base64url");

/**
 * Returns the token that an earlier attempt sent, or null. Templates can write the token, and every attempt sends the
 * same bytes. The only copy is among the masks of the call, which are encrypted and stored before the call: a token
 * that is not there was never sent.
 */
export async function findSentToken({
  execution: { id },
  callback,
}: ExecutionRecord): Promise<string | null> {
  const hashes = callback?.tokenHashes ?? [];
  const masks = hashes.length === 0 ? [] : await decryptMasks(id);
  return masks.find((text) => CALLBACK_TOKEN.test(text) && hashes.includes(hashToken(id, text))) ?? null;
}

/** Stores the hash of the token, before its first call. */
export async function registerToken(executionId: string, token: string): Promise<void> {
  await saveTokenHash(executionId, hashToken(executionId, token));
}
