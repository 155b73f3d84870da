// After the end of a run: once its last call is over, its place goes to the next in line.
import { isOpen, leftUnknown, secondsUntilOver } from "../domain/attempts.ts";
import { isActive } from "../domain/run-changes.ts";
import { presumeUnknown } from "../store/attempts.ts";
import { getRun, settleExecution } from "../store/executions.ts";
import { admitNext } from "./admit-next.ts";

/** False where there is nothing to give back, or a call may still be under way. */
export async function settleCall(id: string, now: Date): Promise<boolean> {
  const run = await getRun(id);
  if (!run || isActive(run.execution) || run.execution.callDeadlineAt === null) return false;
  const open = run.attempts.filter(isOpen);
  if (open.length > 0 && secondsUntilOver(run.execution, now) > 0) return false;
  for (const attempt of open) await presumeUnknown(id, leftUnknown(attempt));
  if (!(await settleExecution(run.execution))) return false;
  await admitNext(run.execution);
  return true;
}
