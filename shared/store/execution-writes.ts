// Condition checks for beginning an execution; counters and concurrency slots released when it completes.
import { KEYS } from "../contract/table.ts";
import type { Attempt, Execution } from "../domain/executions/execution.ts";
import { executionEndedWrite } from "./attempts.ts";
import { callbackChecks } from "./callbacks.ts";
import { releaseSlotWrites, slotHeldChecks } from "./concurrency-slots.ts";
import { notPausedCheck } from "./controls.ts";
import { chooseStateList } from "./execution-memberships.ts";
import { whileApproved } from "./runbook-check.ts";
import type { Write } from "./transact.ts";

/**
 * Checks that the execution's version is live or may still begin, the approval of the live one holds when it begins
 * (`startedAt`), the gate is open, and the execution holds its slot.
 * `gate`: the checks of the kill switches and freeze windows, none after break-glass; default: that nothing is paused and
 * there are no windows.
 */
export function beginChecks(
  execution: Execution,
  gate: readonly Write[] = [notPausedCheck(execution)],
): Write[] {
  return [approvalCheck(execution), ...gate, ...slotHeldChecks(execution)];
}

/**
 * Returns what completion releases, and checks that its inputs are unchanged. The execution keeps its concurrency slot
 * while its last call may still be in progress.
 */
export function completionWrites(execution: Execution, unsettled: readonly Attempt[]): Write[] {
  const slot = execution.callDeadlineAt === null ? releaseSlotWrites(execution) : [];
  const attempts = unsettled.map((attempt) => executionEndedWrite(execution.id, attempt));
  return [decrementActiveWrite(execution), ...slot, ...callbackChecks(execution), ...attempts];
}

/** Releases the slot of a completed execution after its last call, and takes it from the reconciler's list. */
export function clearCallDeadlineWrites(execution: Execution): Write[] {
  const { id, callDeadlineAt, completedAt } = execution;
  const list = chooseStateList({ ...execution, callDeadlineAt: null });
  const deadlineWrite: Write = {
    label: "execution",
    key: KEYS.execution(id),
    update: `SET callDeadlineAt = :none${list ? ", stateList = :list" : " REMOVE stateList"}`,
    condition: "callDeadlineAt = :until AND completedAt = :end",
    values: {
      ":none": null,
      ":until": callDeadlineAt,
      ":end": completedAt,
      ...(list && { ":list": list.partition }),
    },
  };
  return [deadlineWrite, ...releaseSlotWrites(execution)];
}

function approvalCheck(execution: Execution): Write {
  return {
    label: "approval",
    check: KEYS.runbookState(execution.runbookId),
    ...whileApproved(execution, execution.startedAt ?? execution.createdAt, {
      condition: "oldestLiveVersion <= :version AND liveVersion >= :version AND deletedAt = :none",
      values: { ":version": execution.runbookVersion, ":none": null },
    }),
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
