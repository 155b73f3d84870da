// The lists that an execution is in. It enters each once, except that of its state.
import { LISTS, type List } from "../contract/lists.ts";
import { SHARDS, shardOf } from "../contract/table.ts";
import type { Execution } from "../domain/executions/execution.ts";
import { mayNeedReconciliation } from "../domain/executions/execution-changes.ts";

/** Returns at most one list of each index. */
export function chooseMemberships(execution: Execution): List[] {
  const { id, runbookId, incidentId, ranForTeamId } = execution;
  const state = chooseStateList(execution);
  return [
    LISTS.teamExecutions(ranForTeamId),
    LISTS.runbookExecutions(runbookId),
    ...(incidentId === null ? [] : [LISTS.incidentExecutions(incidentId)]),
    ...(state ? [state] : []),
    LISTS.allExecutions(shardOf(id, SHARDS.executions)),
  ];
}

/**
 * Returns the list of what the reconciler visits, or of what has not succeeded. A success leaves the index, and so costs
 * one write less.
 */
export function chooseStateList(execution: Pick<Execution, "id" | "status" | "callDeadlineAt">): List | null {
  const { id, status } = execution;
  if (mayNeedReconciliation(execution)) return LISTS.activeExecutions(shardOf(id, SHARDS.activeExecutions));
  if (status === "SUCCESS") return null;
  return LISTS.unsuccessfulExecutions(shardOf(id, SHARDS.unsuccessfulExecutions));
}
