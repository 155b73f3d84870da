// What was secret in a call: kept encrypted before the call goes out, so that it can be masked in what comes back later.
import * as z from "zod";
import { sealText, unsealText } from "../secrets/seal-text.ts";
import { callbackMasks, keepCallbackMasks } from "../store/callback-masks.ts";

const bindingOf = (owner: string) => ({ purpose: "callback-masks", owner, field: "masks" }) as const;

/** Secrets change, and access tokens are known to one call alone: what is masked is what went out. */
export async function keepMasks(
  executionId: string,
  attempt: number,
  secrets: readonly string[],
): Promise<void> {
  const masks = await sealText(JSON.stringify([...new Set(secrets)]), bindingOf(executionId));
  await keepCallbackMasks(executionId, attempt, masks);
}

/** All that was secret in the calls of this run. */
export async function secretsOf(executionId: string): Promise<string[]> {
  const sealed = await callbackMasks(executionId);
  const opened = await Promise.all(sealed.map((masks) => unsealText(masks, bindingOf(executionId))));
  return opened.flatMap((text) => z.array(z.string()).parse(JSON.parse(text)));
}
