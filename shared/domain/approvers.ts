// Who may approve what others wrote: a runbook's definition, or an automation's settings. Pure.
import { ServiceError } from "./errors.ts";

/**
 * The rules of the deployment, for one approver. `ownTeam`: the team that owns what is approved, if the deployment wants
 * approvers of another team and this one has a role in it; else null.
 */
export type ApproverRules = { fourEyes: boolean; ownTeam: string | null };

type Approved = { what: "runbook" | "automation"; part: string; authors: readonly string[] };

/** Returns whether the approver is one of the authors. @throws `not_permitted` if the rules do not let it approve. */
export function requireApprover(
  approver: string,
  { what, part, authors }: Approved,
  { fourEyes, ownTeam }: ApproverRules,
): { selfApproved: boolean } {
  const selfApproved = authors.includes(approver);
  if (fourEyes && selfApproved) {
    throw new ServiceError(
      "not_permitted",
      `You wrote part of this ${part}, so somebody else must approve it: ask another platform admin.`,
    );
  }
  if (ownTeam !== null) {
    throw new ServiceError(
      "not_permitted",
      `The ${what} belongs to your team ${ownTeam}, and approvers must be of another team. Ask a platform admin without a role in ${ownTeam}.`,
    );
  }
  return { selfApproved };
}
