// Renewing the approval of the live version: votes for what is live, which make no version. Pure.
import { clampTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { getRenewalVotes, isRenewable, renewTerm } from "./approval-term.ts";
import { type Runbook, type RunbookChange, withAudit } from "./runbook-changes.ts";
import { castVote, type Vote } from "./votes.ts";

/** Whether an approval of this version at this time is about the term of what is live, and not about a draft. */
export function isAboutRenewal({ state, summary }: Runbook, version: number, at: string): boolean {
  const { approvalStatus, liveVersion, approvalExpiresAt } = state;
  if (version !== liveVersion || approvalExpiresAt === null) return false;
  return approvalStatus === "APPROVED" || isRenewable(summary.renewal, at);
}

/**
 * Returns the renewal or, while more votes are needed, the vote. Neither touches the version, nor a draft beside it. The
 * authors of the live version are those who wrote what nobody else had reviewed before it was approved.
 * @throws `invalid_transition` if it is too early, `not_permitted` if this person's vote cannot count.
 */
export function renewApproval(runbook: Runbook, vote: Vote, asked: Act): RunbookChange {
  const { state, summary, live } = runbook;
  const { renewal } = summary;
  const act = clampTime(asked, state.auditAt);
  if (!live || !isRenewable(renewal, act.at)) throw notRenewable(runbook);
  const { given, votes, isDecided, facts } = castVote(live, getRenewalVotes(renewal, act.at), vote, act);
  const { validity = { risk: renewal.risk, days: 0 } } = vote;
  const { approvalExpiresAt: expiredAt } = summary;
  const open = { approvalExpiresAt: expiredAt, renewal: { ...renewal, votes } };
  const term = isDecided ? renewTerm(act.at, validity, votes) : open;
  const { approvalExpiresAt } = term;
  const reviewChanges = state.reviewChanges + 1;
  const after = {
    ...runbook,
    state: { ...state, reviewChanges, approvalExpiresAt },
    summary: { ...summary, ...term },
  };
  const details = { ...facts, reviewedVersion: live.version, approvalExpiresAt };
  if (!isDecided) {
    const { selfApproved } = given;
    return withAudit(state, after, act, "runbook.renewal_given", { ...details, selfApproved });
  }
  const selfApproved = votes.every((one) => one.selfApproved);
  const decided = { ...details, approvals: votes, selfApproved, previousExpiry: expiredAt };
  return withAudit(state, after, act, "runbook.approval_renewed", decided);
}

function notRenewable({ state, summary: { renewal } }: Runbook): ServiceError {
  const message = `Version ${state.liveVersion} is approved until ${state.approvalExpiresAt}. Its approval can be renewed from ${renewal?.from} on.`;
  return new ServiceError("invalid_transition", message);
}
