// What a function may do to the table, and the union of several such grants.
import type { ListName } from "../../../shared/contract/lists.ts";
import type { PartitionName } from "../../../shared/contract/partitions.ts";

/**
 * No function deletes or scans. `lists`: the lists that the function queries, each within its index. `batch`: what it
 * reads for the rows of a list.
 */
export type TableGrant = {
  get?: readonly PartitionName[];
  query?: readonly PartitionName[];
  put?: readonly PartitionName[];
  update?: readonly PartitionName[];
  check?: readonly PartitionName[];
  lists?: readonly ListName[];
  batch?: readonly PartitionName[];
};

/** Returns the union of the grants. */
export function mergeGrants(...grants: readonly TableGrant[]): TableGrant {
  const together = <K extends keyof TableGrant>(action: K) => [
    ...new Set(grants.flatMap((grant): readonly string[] => grant[action] ?? [])),
  ];
  const actions = ["get", "query", "put", "update", "check", "lists", "batch"] as const;
  return Object.fromEntries(actions.map((action) => [action, together(action)])) as TableGrant;
}

/** State and summary, then the version that runs. */
export const READ_RUNBOOK: TableGrant = { query: ["runbook"], get: ["version"] };
export const READ_INCIDENT: TableGrant = { get: ["incident"] };
export const IDEMPOTENCY: TableGrant = { get: ["idempotency"], put: ["idempotency"] };
