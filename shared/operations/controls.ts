// Turning a switch: decided on the chain as it stands, written with it, and again if another turn came first.
import { type Control, type Switching, turnControl } from "../domain/controls.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Act } from "../domain/runbook-changes.ts";
import { ConditionFailed } from "../store/client.ts";
import { controlsHead, getControl, saveTurn } from "../store/controls.ts";

const TRIES = 5;

/** The switch as it stands then. Asking for what is so already changes nothing. */
export async function turnSwitch(asked: Switching, act: () => Act): Promise<Control> {
  for (let attempt = 1; ; attempt++) {
    const before = await controlsHead();
    const current = await getControl(asked.scope);
    const turn = turnControl(current, asked, before, act());
    if (!turn) return current;
    try {
      await saveTurn(turn);
      return turn.control;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (attempt === TRIES) {
        throw new RunbookError("version_conflict", "Switches are being turned all the time: try again.");
      }
    }
  }
}
