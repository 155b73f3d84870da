// What approvers and managers decide without changing the definition: approve, deprecate, withdraw. Pure.
import type { Act } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { requireTransition } from "./approval.ts";
import { unreviewedAuthors } from "./authors.ts";
import { applyTransition, type Runbook, type RunbookChange } from "./runbook-changes.ts";

/** Default change notes. */
export const [APPROVED_NOTE, DEPRECATED_NOTE] = ["Approved", "Deprecated"] as const;

type Approval = { version: number; note: string | null; fourEyes: boolean };

export function approveRunbook(runbook: Runbook, review: Approval, act: Act): RunbookChange {
  const { state, current } = runbook;
  requireTransition("approve", state.approvalStatus);
  if (review.version !== state.version) {
    const message = `Version ${review.version} was reviewed, but the runbook is at version ${state.version}: review that.`;
    throw new ServiceError("version_conflict", message);
  }
  const selfApproved = current.authors.includes(act.actor.id);
  if (review.fourEyes && selfApproved) {
    throw new ServiceError(
      "not_permitted",
      "You wrote part of this definition and nobody else has reviewed it. Ask another platform admin to approve it.",
    );
  }
  const details = { reviewedVersion: review.version, selfApproved, note: review.note };
  return applyTransition(runbook, "approve", current, review.note ?? APPROVED_NOTE, act, details);
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
