// What the transaction of a run's beginning must find, and what that of its end gives back.
import { KEYS } from "../contract/table.ts";
import type { Attempt, Execution } from "../domain/executions/execution.ts";
import { executionEndedWrite } from "./attempts.ts";
import { callbackChecks } from "./callbacks.ts";
import { releaseSlotWrites, slotHeldChecks } from "./concurrency-slots.ts";
import { notPausedChecks } from "./controls.ts";
import type { Write } from "./transact.ts";

/** What must hold when a run begins: approved at its version, not paused, and holding its lock. */
export function beginChecks(execution: Execution): Write[] {
  return [approvalCheck(execution), ...notPausedChecks(execution), ...slotHeldChecks(execution)];
}

/** What an end gives back, and what it must have been decided from. A call that may be under way keeps its lock. */
export function completionWrites(execution: Execution, unsettled: readonly Attempt[]): Write[] {
  const lock = execution.callDeadlineAt === null ? releaseSlotWrites(execution) : [];
  const attempts = unsettled.map((attempt) => executionEndedWrite(execution.id, attempt));
  return [decrementActiveWrite(execution), ...lock, ...callbackChecks(execution), ...attempts];
}

/** What is given back when the last call of a run that has ended is over: its lock, and reconciliation's attention. */
export function clearCallDeadlineWrites(execution: Execution): Write[] {
  const { id, callDeadlineAt, completedAt } = execution;
  const deadlineWrite: Write = {
    label: "execution",
    key: KEYS.execution(id),
    update: "SET callDeadlineAt = :none REMOVE activeShard",
    condition: "callDeadlineAt = :until AND completedAt = :end",
    values: { ":none": null, ":until": callDeadlineAt, ":end": completedAt },
  };
  return [deadlineWrite, ...releaseSlotWrites(execution)];
}

function approvalCheck({ runbookId, runbookVersion }: Execution): Write {
  return {
    label: "approval",
    check: KEYS.runbookState(runbookId),
    condition: "approvalStatus = :approved AND version = :version AND deletedAt = :none",
    values: { ":approved": "APPROVED", ":version": runbookVersion, ":none": null },
  };
}

function decrementActiveWrite({ runbookId }: Execution): Write {
  return {
    label: "runbook",
    key: KEYS.runbookState(runbookId),
    update: "ADD activeExecutions :minusOne",
    condition: "activeExecutions >= :one",
    values: { ":minusOne": -1, ":one": 1 },
  };
}
