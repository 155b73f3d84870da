// Votes for a version, for its approval and for the renewal of one: who may give one, and which count. Pure.
import { requireApprover } from "../approvers.ts";
import type { Act } from "../context.ts";
import { ServiceError } from "../errors.ts";
import type { Validity } from "./approval-term.ts";
import { type ApprovalVote, toStatement } from "./review.ts";
import type { RunbookVersion } from "./runbook.ts";

/**
 * `version`: the reviewed one. `required`: how many people must approve it. `ownTeam`: as in `ApproverRules`.
 * `validity`: how long the approval holds; by default for ever.
 */
export type Vote = {
  version: number;
  note: string | null;
  fourEyes: boolean;
  required?: number;
  ownTeam?: string | null;
  validity?: Validity;
};

/**
 * `votes`: those before it and this one. `facts`: for the audit. Votes that `fourEyes` would refuse by now do not count:
 * they were given before the option came on.
 */
type Poll = {
  given: ApprovalVote;
  votes: ApprovalVote[];
  isDecided: boolean;
  facts: { note: string | null; approvalsGiven: number; approvalsRequired: number };
};

/** Adds a vote to those that were given for this version. @throws as `toVote`. */
export function castVote(
  version: RunbookVersion,
  before: readonly ApprovalVote[],
  vote: Vote,
  act: Act,
): Poll {
  const given = toVote(version, before, vote, act);
  const votes = [...before, given];
  const { required = 1, note } = vote;
  const counting = votes.filter(({ selfApproved }) => !(vote.fourEyes && selfApproved)).length;
  const facts = { note, approvalsGiven: counting, approvalsRequired: required };
  return { given, votes, isDecided: counting >= required, facts };
}

/** @throws `version_conflict` if the reviewed version is not the current one. */
export function requireReviewedVersion(reviewed: number, current: number): void {
  if (reviewed === current) return;
  const message = `Version ${reviewed} was reviewed, but the runbook is at version ${current}: review that.`;
  throw new ServiceError("version_conflict", message);
}

/** @throws `not_permitted` if the rules of the deployment do not let this person approve, `invalid_transition` if it has. */
function toVote(
  { version, authors }: RunbookVersion,
  before: readonly ApprovalVote[],
  { fourEyes, ownTeam = null, note }: Vote,
  act: Act,
): ApprovalVote {
  const written = { what: "runbook", part: "definition", authors } as const;
  const { selfApproved } = requireApprover(act.actor.id, written, { fourEyes, ownTeam });
  if (before.some(({ by }) => by === act.actor.id)) {
    throw new ServiceError(
      "invalid_transition",
      `You have already approved version ${version}, and each person counts once. Ask another platform admin to approve it.`,
    );
  }
  return { ...toStatement(act), note, selfApproved };
}
