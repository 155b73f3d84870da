// The runbooks whose live approval expires: listed soonest first, and announced by the sweep, each stage once.
import { LISTS, listKeys } from "../contract/lists.ts";
import { INDEXES, KEYS } from "../contract/table.ts";
import { soonAt } from "../domain/runbooks/approval-term.ts";
import { ApprovalExpiry, STAGES, type Stage } from "../domain/runbooks/expiry-announcement.ts";
import type { RunbookState, RunbookSummary } from "../domain/runbooks/runbook.ts";
import type { RunbookChange } from "../domain/runbooks/runbook-changes.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { auditWrite } from "./audit.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { getRecord, type Item, queryListPage } from "./read.ts";
import { isFoundBy, type RunbookFilter } from "./runbook-lists.ts";
import { stateWrite } from "./runbook-state-write.ts";
import { parseFound } from "./runbook-summaries.ts";
import { transact, type Write } from "./transact.ts";

/** Lists are read from the greatest sort key, so the soonest has the greatest. */
const LAST_MS = 9_999_999_999_999;
const sortByExpiry = (time: string) => String(LAST_MS - Date.parse(time)).padStart(13, "0");

function expiryItem(id: string, { approvalExpiresAt, stage }: ApprovalExpiry): Item {
  const listed =
    approvalExpiresAt === null
      ? {}
      : listKeys(LISTS.approvalExpiries(stage), `${sortByExpiry(approvalExpiresAt)}#${id}`);
  return { ...KEYS.runbookApprovalExpiry(id), ...listed, approvalExpiresAt, stage };
}

/** Returns the write that lists the runbook under its new expiry, of which nothing is announced yet; none if it stays. */
export function approvalExpiryWrites(
  before: RunbookState | null,
  { id, approvalExpiresAt }: Pick<RunbookSummary, "id" | "approvalExpiresAt">,
): Write[] {
  if (approvalExpiresAt === (before?.approvalExpiresAt ?? null)) return [];
  return [{ label: "approval-expiry", put: expiryItem(id, { approvalExpiresAt, stage: "valid" }) }];
}

export async function getApprovalExpiry(id: string): Promise<ApprovalExpiry | null> {
  return getRecord(ApprovalExpiry, KEYS.runbookApprovalExpiry(id));
}

/**
 * Writes the announcement, if nothing of this expiry was announced meanwhile. The condition on the runbook fails if it
 * has changed. @throws ConditionFailed
 */
export async function saveExpiryAnnouncement(
  change: RunbookChange,
  before: ApprovalExpiry,
  stage: Stage,
): Promise<void> {
  const { index, partition } = LISTS.approvalExpiries(stage);
  await transact([
    stateWrite(change),
    {
      label: "approval-expiry",
      key: KEYS.runbookApprovalExpiry(change.state.id),
      update: `SET stage = :next, ${INDEXES[index].partitionKey} = :list`,
      condition: "stage = :stage AND approvalExpiresAt = :expiry",
      values: {
        ":next": stage,
        ":list": partition,
        ":stage": before.stage,
        ":expiry": before.approvalExpiresAt,
      },
    },
    auditWrite(change.audit),
  ]);
}

/**
 * Returns up to `most` runbooks of each stage that have reached the next one, soonest first, by an index that lags. What
 * is announced moves to another list, so that what comes after it is found by the next pass.
 */
export async function listDueApprovals(at: string, most: number): Promise<string[]> {
  const due = [
    { stage: "valid", until: soonAt(at) },
    { stage: "expires_soon", until: at },
  ] as const;
  const pages = await Promise.all(
    due.map(async ({ stage, until }) => {
      const { items } = await queryListPage(LISTS.approvalExpiries(stage), undefined, most);
      return items.map(({ listSort }) => String(listSort)).filter((sort) => sort >= sortByExpiry(until));
    }),
  );
  return pages.flat().map((sort) => sort.slice(sort.indexOf("#") + 1));
}

/** More are not counted: by then somebody should have looked. */
const MOST_COUNTED = 100;

/** Returns how many approvals are announced as expired and still are, by the index, which lags. At most 100. */
export async function countExpiredApprovals(): Promise<number> {
  return (await queryListPage(LISTS.approvalExpiries("expired"), undefined, MOST_COUNTED)).items.length;
}

const { sk: SUMMARY_SK } = KEYS.runbookSummary("any");

/** Lists the runbooks of these scopes whose approval expires within 14 days or has expired, soonest first. */
export async function listExpiringApprovals(
  scopes: ListScopes,
  filter: RunbookFilter,
  { at, ...page }: Page & { at: string },
): Promise<ListResult<RunbookSummary>> {
  const isAsked = isFoundBy(filter);
  const soon = soonAt(at);
  const { items, next } = await listMerged({
    lists: STAGES.map(LISTS.approvalExpiries),
    page: { ...page, from: sortByExpiry(soon) },
    parse: parseFound,
    // The index lags behind: the summary says when it expires.
    keep: ({ summary, ...found }) =>
      summary.approvalExpiresAt !== null &&
      summary.approvalExpiresAt <= soon &&
      (scopes === "all" || scopes.includes(summary.teamId)) &&
      isAsked({ summary, ...found }),
    behind: ({ pk }) => ({ pk, sk: SUMMARY_SK }),
  });
  return { items: items.map(({ summary }) => summary), next };
}
