// What approvers and managers decide without changing the definition: approve, deprecate, withdraw. Pure.
import { clampTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { requireTransition } from "./approval.ts";
import { unreviewedAuthors } from "./authors.ts";
import { type ApprovalVote, toStatement } from "./review.ts";
import { applyTransition, type Runbook, type RunbookChange, withAudit } from "./runbook-changes.ts";

/** Default change notes. */
const APPROVED_NOTE = "Approved";
export const DEPRECATED_NOTE = "Deprecated";

/**
 * `version`: the reviewed one. `required`: how many people must approve it. `ownTeam`: the team that owns the runbook,
 * if the deployment wants approvers of another team and this approver has a role in it; else null.
 */
type Vote = {
  version: number;
  note: string | null;
  fourEyes: boolean;
  required?: number;
  ownTeam?: string | null;
};

/**
 * Returns the approval or, while more votes are needed, the vote, which leaves the version as it is.
 * @throws `invalid_transition`, `version_conflict`, or `not_permitted` if this person's vote cannot count.
 */
export function approveRunbook(runbook: Runbook, vote: Vote, asked: Act): RunbookChange {
  const { state, summary, current } = runbook;
  requireTransition("approve", state.approvalStatus);
  requireReviewedVersion(vote.version, state.version);
  const act = clampTime(asked, state.auditAt);
  const given = toVote(runbook, vote, act);
  const { required = 1 } = vote;
  const approvals = [...summary.approvals, given];
  const counting = approvals.filter(({ selfApproved }) => !(vote.fourEyes && selfApproved)).length;
  const voted = { ...runbook, summary: { ...summary, approvals } };
  const facts = { reviewedVersion: vote.version, note: vote.note };
  const counts = { approvalsGiven: counting, approvalsRequired: required };
  if (counting >= required) {
    const details = { ...facts, ...counts, approvals, selfApproved: approvals.every((v) => v.selfApproved) };
    return applyTransition(voted, "approve", current, vote.note ?? APPROVED_NOTE, act, details);
  }
  const after = { ...voted, state: { ...state, reviewChanges: state.reviewChanges + 1 } };
  const details = { ...facts, ...counts, selfApproved: given.selfApproved };
  return withAudit(state, after, act, "runbook.approval_given", details);
}

/** @throws `version_conflict` if the reviewed version is not the current one. */
export function requireReviewedVersion(reviewed: number, current: number): void {
  if (reviewed === current) return;
  const message = `Version ${reviewed} was reviewed, but the runbook is at version ${current}: review that.`;
  throw new ServiceError("version_conflict", message);
}

/** @throws `not_permitted` if the rules of the deployment do not let this person approve, `invalid_transition` if it has. */
function toVote({ summary, current }: Runbook, vote: Vote, act: Act): ApprovalVote {
  const selfApproved = current.authors.includes(act.actor.id);
  if (vote.fourEyes && selfApproved) {
    throw new ServiceError(
      "not_permitted",
      "You wrote part of this definition and nobody else has reviewed it. Ask another platform admin to approve it.",
    );
  }
  const { ownTeam = null } = vote;
  if (ownTeam !== null) {
    throw new ServiceError(
      "not_permitted",
      `The runbook belongs to your team ${ownTeam}, and approvers must be of another team. Ask a platform admin without a role in ${ownTeam}.`,
    );
  }
  if (summary.approvals.some(({ by }) => by === act.actor.id)) {
    throw new ServiceError(
      "invalid_transition",
      `You have already approved version ${current.version}, and each person counts once. Ask another platform admin to approve it.`,
    );
  }
  return { ...toStatement(act), note: vote.note, selfApproved };
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
