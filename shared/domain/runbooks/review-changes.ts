// What a review asks for without changing the definition: that somebody looks, or that the author changes it. Pure.
import { clampTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { type ReviewRequests, toStatement } from "./review.ts";
import type { RiskLevel } from "./risk-reasons.ts";
import { type Runbook, type RunbookChange, withAudit } from "./runbook-changes.ts";
import { requireReviewedVersion } from "./votes.ts";

/** `version`: the one to look at. `risk`: of the change since the last approved version. */
type Asked = { version: number; note: string | null; risk: RiskLevel };

/** @throws `invalid_transition` if the runbook is no draft, `version_conflict` if another version is current. */
export function requestReview(runbook: Runbook, { version, note, risk }: Asked, asked: Act): RunbookChange {
  requireDraft(runbook, version, "reviewed");
  const act = clampTime(asked, runbook.state.auditAt);
  const reviewRequested = { ...toStatement(act), note, risk };
  const requests = { reviewRequested, changesRequested: null };
  return withRequests(runbook, requests, act, "runbook.review_requested", { note, risk });
}

/** Votes that were given stay: each person speaks for themselves. @throws as `requestReview`. */
export function requestChanges(
  runbook: Runbook,
  { version, note }: { version: number; note: string },
  asked: Act,
): RunbookChange {
  requireDraft(runbook, version, "changed");
  const act = clampTime(asked, runbook.state.auditAt);
  const requests = { reviewRequested: null, changesRequested: { ...toStatement(act), note } };
  return withRequests(runbook, requests, act, "runbook.changes_requested", { note });
}

function requireDraft({ state }: Runbook, version: number, what: string): void {
  if (state.approvalStatus !== "DRAFT") {
    const message = `The runbook is ${state.approvalStatus} at version ${state.version}: only a draft is ${what}. An edit makes one.`;
    throw new ServiceError("invalid_transition", message);
  }
  requireReviewedVersion(version, state.version);
}

function withRequests(
  { state, summary, ...versions }: Runbook,
  requests: ReviewRequests,
  act: Act,
  action: "runbook.review_requested" | "runbook.changes_requested",
  details: { note: string | null; risk?: RiskLevel },
): RunbookChange {
  const awaitsReview = requests.reviewRequested !== null;
  const after = { ...state, awaitsReview, reviewChanges: state.reviewChanges + 1 };
  return withAudit(state, { state: after, summary: { ...summary, ...requests }, ...versions }, act, action, {
    reviewedVersion: state.version,
    ...details,
  });
}
