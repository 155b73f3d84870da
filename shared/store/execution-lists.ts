// Lists of executions, newest first: the narrowest list that a filter allows, then the filter on each of its rows.
import { LISTS, type List } from "../contract/lists.ts";
import { KEYS, SHARDS, shardsOf } from "../contract/table.ts";
import { ACTIVE_STATUSES, Execution, type ExecutionStatus } from "../domain/executions/execution.ts";
import type { Searchable } from "../domain/executions/searchable.ts";
import type { ListScopes, Scope } from "../domain/scopes.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem } from "./read.ts";

/** Every given field must hold. `teamId`: the team that the execution ran for; null: none. */
export type ExecutionFilter = {
  teamId?: Scope | undefined;
  status?: readonly ExecutionStatus[] | undefined;
  runbookId?: string | undefined;
  incidentId?: string | undefined;
  executedBy?: string | undefined;
  triggeredBy?: Execution["triggeredBy"] | undefined;
  /** Parameter → digest of its value. */
  searchable?: Searchable | undefined;
};

const { sk: EXECUTION_SK } = KEYS.execution("any");

type IsVisible = (execution: Execution) => boolean;

/** Lists the visible executions of these scopes that pass the filter. */
export async function findExecutions(
  scopes: ListScopes,
  filter: ExecutionFilter,
  isVisible: IsVisible,
  page: Page,
): Promise<ListResult<Execution>> {
  return listMerged({
    lists: chooseExecutionLists(scopes, filter),
    page,
    parse: (item) => parseItem(Execution, item),
    keep: (execution) => isVisible(execution) && passes(execution, filter),
    // A row of a parameter's list is an item that never changes; the execution stands beside it.
    behind: ({ pk }) => ({ pk, sk: EXECUTION_SK }),
  });
}

const UNSUCCESSFUL_STATUSES: readonly ExecutionStatus[] = ["FAILED", "CANCELLED"];

/** Returns the lists with the fewest rows among those that contain every execution of the filter. */
export function chooseExecutionLists(scopes: ListScopes, filter: ExecutionFilter): List[] {
  const { incidentId, runbookId, status, searchable = {} } = filter;
  const [digest] = Object.values(searchable);
  if (digest !== undefined) return chooseParameterLists(scopes, digest);
  if (incidentId !== undefined) return [LISTS.incidentExecutions(incidentId)];
  if (runbookId !== undefined) return [LISTS.runbookExecutions(runbookId)];
  const active = shardsOf(SHARDS.activeExecutions).map(LISTS.activeExecutions);
  if (status?.every((one) => ACTIVE_STATUSES.some((each) => each === one))) return active;
  // An execution that ended while a call may be under way is still among the active ones.
  const unsuccessful = shardsOf(SHARDS.unsuccessfulExecutions).map(LISTS.unsuccessfulExecutions);
  if (status?.every((one) => UNSUCCESSFUL_STATUSES.includes(one))) return [...unsuccessful, ...active];
  if (scopes !== "all") return scopes.map(LISTS.teamExecutions);
  return shardsOf(SHARDS.executions).map(LISTS.allExecutions);
}

const chooseParameterLists = (scopes: ListScopes, digest: string): List[] =>
  scopes === "all"
    ? [LISTS.allExecutionsByParameter(digest)]
    : scopes.map((scope) => LISTS.teamExecutionsByParameter(scope, digest));

function passes(
  execution: Execution,
  { status, teamId, searchable = {}, ...fields }: ExecutionFilter,
): boolean {
  const digests = Object.entries(searchable);
  if (digests.some(([name, digest]) => execution.searchable?.[name] !== digest)) return false;
  if (status && !status.includes(execution.status)) return false;
  if (teamId !== undefined && execution.ranForTeamId !== teamId) return false;
  const names = ["runbookId", "incidentId", "executedBy", "triggeredBy"] as const;
  return names.every((name) => fields[name] === undefined || execution[name] === fields[name]);
}

/** Lists the visible executions of a runbook. */
export async function listExecutions(
  runbookId: string,
  { status, isVisible }: { status?: ExecutionFilter["status"]; isVisible: IsVisible },
  page: Page,
): Promise<ListResult<Execution>> {
  return findExecutions([], { runbookId, status }, isVisible, page);
}

/** Lists the visible executions for an incident. */
export async function listIncidentExecutions(
  incidentId: string,
  { status, isVisible }: { status?: ExecutionFilter["status"]; isVisible: IsVisible },
  page: Page,
): Promise<ListResult<Execution>> {
  return findExecutions([], { incidentId, status }, isVisible, page);
}
