// Lists of runbooks by scope, latest change first.
import { LISTS, type List } from "../contract/lists.ts";
import { SHARDS, shardsOf } from "../contract/table.ts";
import { APPROVAL_STATUSES, type ApprovalStatus } from "../domain/runbooks/approval.ts";
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
    lists: chooseLists(scopes, filter.approvalStatus),
    page,
    parse: (item) => parseItem(RunbookSummary, item),
    keep: (r) =>
      (!filter.approvalStatus || r.approvalStatus === filter.approvalStatus) &&
      (!needle || r.name.toLowerCase().includes(needle)),
  });
}

function chooseLists(scopes: ListScopes, status: ApprovalStatus | undefined): List[] {
  if (scopes !== "all") return scopes.map(LISTS.teamRunbooks);
  const shards = shardsOf(SHARDS.runbooks);
  const statuses = status ? [status] : APPROVAL_STATUSES;
  return statuses.flatMap((one) => shards.map((shard) => LISTS.runbooksInStatus(one, shard)));
}
