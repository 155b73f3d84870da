// Lists of runbooks by scope, latest change first, and of the deleted ones, latest deletion first.
import { LISTS, type List } from "../contract/lists.ts";
import { SHARDS, shardsOf } from "../contract/table.ts";
import { APPROVAL_STATUSES, type ApprovalStatus } from "../domain/runbooks/approval.ts";
import type { RunbookSummary } from "../domain/runbooks/runbook.ts";
import type { ListScopes, Scope } from "../domain/scopes.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseFound } from "./runbook-summaries.ts";

/** `host`, `secretArn`: as the targets of a definition have them. */
export type RunbookFilter = {
  approvalStatus?: ApprovalStatus | undefined;
  live?: boolean | undefined;
  q?: string | undefined;
  host?: string | undefined;
  secretArn?: string | undefined;
};

type Found = ReturnType<typeof parseFound>;

/** Lists the runbooks of these scopes, latest change first. */
export async function listRunbooks(
  scopes: ListScopes,
  filter: RunbookFilter,
  page: Page,
): Promise<ListResult<RunbookSummary>> {
  return listFound(chooseLists(scopes, filter.approvalStatus), isFoundBy(filter), page);
}

/**
 * Lists the deleted runbooks, of one team or global if asked, latest deletion first. None for callers with scopes of
 * their own.
 */
export async function listDeletedRunbooks(
  scopes: ListScopes,
  { teamId, ...filter }: RunbookFilter & { teamId?: Scope | undefined },
  page: Page,
): Promise<ListResult<RunbookSummary>> {
  const lists = scopes === "all" ? shardsOf(SHARDS.runbooks).map(LISTS.deletedRunbooks) : [];
  const isAsked = isFoundBy(filter);
  const keep = (found: Found) => (teamId === undefined || found.summary.teamId === teamId) && isAsked(found);
  return listFound(lists, keep, page);
}

async function listFound(lists: readonly List[], keep: (found: Found) => boolean, page: Page) {
  const { items, next } = await listMerged({ lists, page, parse: parseFound, keep });
  return { items: items.map(({ summary }) => summary), next };
}

export function isFoundBy({ approvalStatus, live, q, host, secretArn }: RunbookFilter) {
  const needle = q?.toLowerCase();
  return ({ summary, targets }: Found): boolean =>
    (!approvalStatus || summary.approvalStatus === approvalStatus) &&
    (live === undefined || (summary.liveVersion !== null) === live) &&
    (!needle || summary.name.toLowerCase().includes(needle)) &&
    (!host || targets.hosts.includes(host)) &&
    (!secretArn || targets.secretArns.includes(secretArn));
}

function chooseLists(scopes: ListScopes, status: ApprovalStatus | undefined): List[] {
  if (scopes !== "all") return scopes.map(LISTS.teamRunbooks);
  const shards = shardsOf(SHARDS.runbooks);
  const statuses = status ? [status] : APPROVAL_STATUSES;
  return statuses.flatMap((one) => shards.map((shard) => LISTS.runbooksInStatus(one, shard)));
}
