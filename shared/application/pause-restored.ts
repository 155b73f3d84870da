// Pauses a restored table before the service uses it: what the table holds is of the past, and nothing of it may begin.
import type { Actor } from "../domain/audit.ts";
import { type TaskContext, toAct } from "../domain/context.ts";
import { systemActor } from "../domain/executions/execution-changes.ts";
import { getKillSwitch } from "../store/controls.ts";
import { setKillSwitch } from "./set-kill-switch.ts";

const actor: Actor = systemActor("prepare-table");
const REASON = "The table was restored: follow docs/operations.md, Backup and restore, then resume";

/** Returns whether the table was paused by this call; false: the whole service was paused in it already. */
export async function pauseRestored(context: TaskContext): Promise<boolean> {
  if ((await getKillSwitch(null)).paused) return false;
  await setKillSwitch({ scope: null, paused: true, reason: REASON }, () => toAct({ ...context, actor }));
  return true;
}
