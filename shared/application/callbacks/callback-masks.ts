// What was secret in a call: kept encrypted before the call goes out, so that it can be masked in what comes back later.
import * as z from "zod";
import { decryptText, encryptText } from "../../secrets/encrypt-text.ts";
import { listCallbackMasks, saveCallbackMasks } from "../../store/callback-masks.ts";

const bindingOf = (owner: string) => ({ purpose: "callback-masks", owner, field: "masks" }) as const;

/** Secrets change, and access tokens are known to one call alone: what is masked is what went out. */
export async function saveMasks(
  executionId: string,
  attempt: number,
  secrets: readonly string[],
): Promise<void> {
  const masks = await encryptText(JSON.stringify([...new Set(secrets)]), bindingOf(executionId));
  await saveCallbackMasks(executionId, attempt, masks);
}

/** All that was secret in the calls of this run. */
export async function decryptMasks(executionId: string): Promise<string[]> {
  const encrypted = await listCallbackMasks(executionId);
  const decrypted = await Promise.all(encrypted.map((masks) => decryptText(masks, bindingOf(executionId))));
  return decrypted.flatMap((text) => z.array(z.string()).parse(JSON.parse(text)));
}
