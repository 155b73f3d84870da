// The runbooks that wait for a review: in a list while they do, the highest risk first, then the longest wait.
import { LISTS, listKeys } from "../contract/lists.ts";
import { KEYS } from "../contract/table.ts";
import type { ReviewRequest } from "../domain/runbooks/review.ts";
import { RISK_LEVELS } from "../domain/runbooks/risk-reasons.ts";
import type { RunbookState, RunbookSummary } from "../domain/runbooks/runbook.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { isFoundBy, type RunbookFilter } from "./runbook-lists.ts";
import { parseFound } from "./runbook-summaries.ts";
import type { Write } from "./transact.ts";

/** Returns the write that puts the runbook in the list or takes it from there; none if neither is needed. */
export function reviewRequestWrites(
  before: RunbookState | null,
  { id, reviewRequested }: Pick<RunbookSummary, "id" | "reviewRequested">,
): Write[] {
  if (!reviewRequested && !before?.awaitsReview) return [];
  const listed = reviewRequested ? listKeys(LISTS.awaitingReview(), sortByUrgency(reviewRequested, id)) : {};
  return [{ label: "review-request", put: { ...KEYS.runbookReviewRequest(id), ...listed } }];
}

/** Lists are read from the greatest sort key. */
const LAST_MS = 9_999_999_999_999;

function sortByUrgency({ risk, at }: ReviewRequest, id: string): string {
  const wait = String(LAST_MS - Date.parse(at)).padStart(13, "0");
  return `${RISK_LEVELS.indexOf(risk)}#${wait}#${id}`;
}

/** Lists the runbooks of these scopes that wait for a review, the highest risk first, then the oldest request. */
export async function listAwaitingReview(
  scopes: ListScopes,
  filter: RunbookFilter,
  page: Page,
): Promise<ListResult<RunbookSummary>> {
  const isAsked = isFoundBy(filter);
  const { items, next } = await listMerged({
    lists: [LISTS.awaitingReview()],
    page,
    parse: parseFound,
    // The index lags behind: the summary says whether it still waits.
    keep: (found) =>
      found.summary.reviewRequested !== null &&
      (scopes === "all" || scopes.includes(found.summary.teamId)) &&
      isAsked(found),
    behind: ({ pk }) => ({ pk, sk: SUMMARY_SK }),
  });
  return { items: items.map(({ summary }) => summary), next };
}

const { sk: SUMMARY_SK } = KEYS.runbookSummary("any");
