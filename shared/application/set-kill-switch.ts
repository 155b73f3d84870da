// Turning a switch: decided on the chain as it stands, written with it, and again if another turn came first.

import type { Act } from "../domain/context.ts";
import { ServiceError } from "../domain/errors.ts";
import { changeKillSwitch, type KillSwitch, type KillSwitchInput } from "../domain/kill-switches.ts";
import { ConditionFailed } from "../store/client.ts";
import { getKillSwitch, getKillSwitchChainHead, saveKillSwitchChange } from "../store/controls.ts";

const TRIES = 5;

/** The switch as it stands then. Asking for what is so already changes nothing. */
export async function setKillSwitch(asked: KillSwitchInput, act: () => Act): Promise<KillSwitch> {
  for (let attempt = 1; ; attempt++) {
    const chain = await getKillSwitchChainHead();
    const current = await getKillSwitch(asked.scope);
    const change = changeKillSwitch(current, asked, chain, act());
    if (!change) return current;
    try {
      await saveKillSwitchChange(change);
      return change.killSwitch;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (attempt === TRIES) {
        throw new ServiceError("version_conflict", "Switches are being turned all the time: try again.");
      }
    }
  }
}
