// Lists of runbooks: what a caller may see, latest change first.
import { LISTS, SHARDS } from "../contract/table.ts";
import type { Caller } from "../domain/caller.ts";
import { isAllowed, type Scope } from "../domain/permissions.ts";
import type { ApprovalStatus } from "../domain/runbooks/approval.ts";
import { RunbookSummary } from "../domain/runbooks/runbook.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem } from "./read.ts";

/** `scope`: undefined is every scope that the caller may view; null is global. */
export type RunbookFilter = {
  scope?: Scope | undefined;
  approvalStatus?: ApprovalStatus | undefined;
  q?: string | undefined;
};

/** What the caller may see, latest change first. A scope that it may not view lists nothing. */
export async function listRunbooks(
  caller: Caller,
  filter: RunbookFilter,
  page: Page,
): Promise<ListResult<RunbookSummary>> {
  const needle = filter.q?.toLowerCase();
  return listMerged({
    ...choosePartitions(caller, filter.scope),
    page,
    parse: (item) => parseItem(RunbookSummary, item),
    keep: (r) =>
      (!filter.approvalStatus || r.approvalStatus === filter.approvalStatus) &&
      (!needle || r.name.toLowerCase().includes(needle)),
  });
}

function choosePartitions(caller: Caller, scope: Scope | undefined) {
  const byTeam = "runbooks-by-team" as const;
  if (scope !== undefined) {
    const partitions = isAllowed(caller, "view", scope) ? [LISTS.teamRunbooks(scope)] : [];
    return { index: byTeam, partitions };
  }
  if (!caller.platformAdmin) {
    return { index: byTeam, partitions: [null, ...Object.keys(caller.teams)].map(LISTS.teamRunbooks) };
  }
  const shards = Array.from({ length: SHARDS.anyRunbooks }, (_, n) => LISTS.anyRunbooks(n));
  return { index: "runbooks-everywhere" as const, partitions: shards };
}
