// The secrets of a call. They are stored encrypted before the call, so that later callbacks can be masked.
import * as z from "zod";
import { decryptText, encryptText } from "../../secrets/encrypt-text.ts";
import { listCallbackMasks, saveCallbackMasks } from "../../store/callback-masks.ts";

const bindingOf = (owner: string) => ({ purpose: "callback-masks", owner, field: "masks" }) as const;

/**
 * Stores the secrets that this call sends. A later lookup would miss them: secrets change, and only this call knows its
 * access token.
 */
export async function saveMasks(
  executionId: string,
  attempt: number,
  secrets: readonly string[],
): Promise<void> {
  const masks = await encryptText(JSON.stringify([...new Set(secrets)]), bindingOf(executionId));
  await saveCallbackMasks(executionId, attempt, masks);
}

/** Returns all secrets that the execution's calls sent. */
export async function decryptMasks(executionId: string): Promise<string[]> {
  const encrypted = await listCallbackMasks(executionId);
  const decrypted = await Promise.all(encrypted.map((masks) => decryptText(masks, bindingOf(executionId))));
  return decrypted.flatMap((text) => z.array(z.string()).parse(JSON.parse(text)));
}
