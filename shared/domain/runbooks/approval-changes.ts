// What approvers and managers decide without changing the definition: approve, deprecate, withdraw. Pure.
import { clampTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import { ServiceError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { requireTransition } from "./approval.ts";
import { NO_TERM, startTerm } from "./approval-term.ts";
import { unreviewedAuthors } from "./authors.ts";
import { applyTransition, type Runbook, type RunbookChange, withAudit } from "./runbook-changes.ts";
import { castVote, requireReviewedVersion, type Vote } from "./votes.ts";

/** Default change notes. */
const APPROVED_NOTE = "Approved";
export const DEPRECATED_NOTE = "Deprecated";

/**
 * Returns the approval or, while more votes are needed, the vote, which leaves the version as it is.
 * @throws `invalid_transition`, `version_conflict`, or `not_permitted` if this person's vote cannot count.
 */
export function approveRunbook(runbook: Runbook, vote: Vote, asked: Act): RunbookChange {
  const { state, summary, current } = runbook;
  requireTransition("approve", state.approvalStatus);
  requireReviewedVersion(vote.version, state.version);
  const act = clampTime(asked, state.auditAt);
  const { given, votes, isDecided, facts } = castVote(current, summary.approvals, vote, act);
  const voted = { ...runbook, summary: { ...summary, approvals: votes } };
  const details = { ...facts, reviewedVersion: vote.version };
  if (isDecided) return approve(voted, vote, act, details);
  const after = { ...voted, state: { ...state, reviewChanges: state.reviewChanges + 1 } };
  const { selfApproved } = given;
  return withAudit(state, after, act, "runbook.approval_given", { ...details, selfApproved });
}

/** `voted`: with all of the votes. */
function approve(voted: Runbook, { note, validity }: Vote, act: Act, details: JsonObject): RunbookChange {
  const { approvals } = voted.summary;
  const term = validity ? startTerm(act.at, validity) : NO_TERM;
  const approved = { ...voted, summary: { ...voted.summary, ...term } };
  const { approvalExpiresAt } = term;
  const selfApproved = approvals.every((one) => one.selfApproved);
  const facts = { ...details, approvals, selfApproved, approvalExpiresAt };
  return applyTransition(approved, "approve", voted.current, note ?? APPROVED_NOTE, act, facts);
}

export function deprecateRunbook(runbook: Runbook, reason: string | null, act: Act): RunbookChange {
  requireTransition("deprecate", runbook.state.approvalStatus);
  return applyTransition(runbook, "deprecate", runbook.current, reason ?? DEPRECATED_NOTE, act, { reason });
}

/**
 * Takes the live version out of service. The definition stays, as a draft that has to be approved again; its content
 * counts as reviewed if it was. @throws `invalid_transition` if nothing is live.
 */
export function withdrawRunbook(runbook: Runbook, reason: string, act: Act): RunbookChange {
  const { approvalStatus, liveVersion, version } = runbook.state;
  requireTransition("withdraw", approvalStatus);
  if (liveVersion === null) {
    const message = `No version of the runbook is live (${approvalStatus}, version ${version}), so nothing can be withdrawn.`;
    throw new ServiceError("invalid_transition", message);
  }
  const content = { ...runbook.current, authors: [...unreviewedAuthors(runbook)] };
  return applyTransition(runbook, "withdraw", content, reason, act, {
    reason,
    withdrawnVersion: liveVersion,
  });
}
