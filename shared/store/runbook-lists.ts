// Lists of runbooks by scope, latest change first.
import { LISTS, SHARDS } from "../contract/table.ts";
import type { ApprovalStatus } from "../domain/runbooks/approval.ts";
import { RunbookSummary } from "../domain/runbooks/runbook.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem } from "./read.ts";

type RunbookFilter = {
  approvalStatus?: ApprovalStatus | undefined;
  q?: string | undefined;
};

/** Lists the runbooks of these scopes, latest change first. */
export async function listRunbooks(
  scopes: ListScopes,
  filter: RunbookFilter,
  page: Page,
): Promise<ListResult<RunbookSummary>> {
  const needle = filter.q?.toLowerCase();
  return listMerged({
    ...choosePartitions(scopes),
    page,
    parse: (item) => parseItem(RunbookSummary, item),
    keep: (r) =>
      (!filter.approvalStatus || r.approvalStatus === filter.approvalStatus) &&
      (!needle || r.name.toLowerCase().includes(needle)),
  });
}

function choosePartitions(scopes: ListScopes) {
  if (scopes !== "all")
    return { index: "runbooks-by-team" as const, partitions: scopes.map(LISTS.teamRunbooks) };
  const shards = Array.from({ length: SHARDS.anyRunbooks }, (_, n) => LISTS.anyRunbooks(n));
  return { index: "runbooks-everywhere" as const, partitions: shards };
}
