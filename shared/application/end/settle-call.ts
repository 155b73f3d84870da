// Releases the concurrency slot of a completed execution once its last call is over, and admits the next in the queue.
import { isInProgress, markUnknown, secondsUntilCallDeadline } from "../../domain/executions/attempts.ts";
import { isActive } from "../../domain/executions/execution-changes.ts";
import { markOutcomeUnknown } from "../../store/attempts.ts";
import { clearCallDeadline, getExecutionRecord } from "../../store/executions.ts";
import { admitNext } from "../start/admit-next.ts";

/** Returns false if there is nothing to release, or a call may still be under way. */
export async function releaseSlot(id: string, now: Date): Promise<boolean> {
  const record = await getExecutionRecord(id);
  if (!record || isActive(record.execution) || record.execution.callDeadlineAt === null) return false;
  const open = record.attempts.filter(isInProgress);
  if (open.length > 0 && secondsUntilCallDeadline(record.execution, now) > 0) return false;
  for (const attempt of open) await markOutcomeUnknown(id, markUnknown(attempt));
  if (!(await clearCallDeadline(record.execution))) return false;
  await admitNext(record.execution);
  return true;
}
