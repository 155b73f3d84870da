// Changes a kill switch together with its audit chain. Decides again if another change was appended first.

import type { Act } from "../domain/context.ts";
import { ServiceError } from "../domain/errors.ts";
import { changeKillSwitch, type KillSwitch, type KillSwitchInput } from "../domain/kill-switches.ts";
import { getKillSwitch, getKillSwitchChainHead, saveKillSwitchChange } from "../store/controls.ts";
import { retryOnConflict } from "../store/retry-on-conflict.ts";

/** Another change that was appended to the chain first. */
const CHAIN_MOVED = {
  tries: 5,
  isConflict: () => true,
  giveUp: (cause: unknown) =>
    new ServiceError("version_conflict", "The pause setting changed at the same time: retry.", { cause }),
};

/** Returns the kill switch after the change. A request for the current setting changes nothing. */
export async function setKillSwitch(asked: KillSwitchInput, act: () => Act): Promise<KillSwitch> {
  return retryOnConflict(async () => {
    const chain = await getKillSwitchChainHead();
    const current = await getKillSwitch(asked.scope);
    const change = changeKillSwitch(current, asked, chain, act());
    if (!change) return current;
    await saveKillSwitchChange(change);
    return change.killSwitch;
  }, CHAIN_MOVED);
}
