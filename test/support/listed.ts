// The keys of the lists that an execution and an audit entry are in, as tests expect them.
import { SHARDS, shardOf } from "../../shared/contract/table.ts";
import type { AuditEntry } from "../../shared/domain/audit.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";

const scopeOf = (team: string | null) => (team === null ? "global" : `team#${team}`);

/** `state`: `active`, `unsuccessful`, or null after a success. */
export function executionLists(execution: Execution, state: "active" | "unsuccessful" | null) {
  const { id, runbookId, incidentId, ranForTeamId, createdAt } = execution;
  const shards = state === "active" ? SHARDS.activeExecutions : SHARDS.unsuccessfulExecutions;
  return {
    teamList: `executions#${scopeOf(ranForTeamId)}`,
    runbookList: `executions#${runbookId}`,
    ...(incidentId !== null && { incidentList: `executions#${incidentId}` }),
    ...(state && { stateList: `${state}-executions#${shardOf(id, shards)}` }),
    timeList: `executions#${shardOf(id, SHARDS.executions)}`,
    listSort: `${createdAt}#${id}`,
  };
}

export function auditLists({ id, runbookId, teamId, ranForTeamId, at }: AuditEntry) {
  return {
    teamList: `audit#${scopeOf(ranForTeamId ?? teamId)}`,
    runbookList: `audit#${runbookId}`,
    timeList: `audit#${shardOf(id, SHARDS.audit)}`,
    listSort: `${at}#${id}`,
  };
}
