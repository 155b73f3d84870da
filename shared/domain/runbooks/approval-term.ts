// How long the approval of the live version holds, and from when on it can be renewed. Pure.
import * as z from "zod";
import { Timestamp } from "../ids.ts";
import type { Change } from "./approval.ts";
import { ApprovalVote } from "./review.ts";
import { RISK_LEVELS, type RiskLevel } from "./risk-reasons.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** An approval is announced and listed as expiring this long before it expires. */
const SOON_MS = 14 * DAY_MS;

export const Renewal = z
  .strictObject({
    from: Timestamp.nullable().describe(
      "When the approval can be renewed from: 14 days before it expires, or half of its validity if that is shorter; null: it was renewed for ever.",
    ),
    risk: z
      .enum(RISK_LEVELS)
      .describe(
        "Risk of the change that was approved. It says how many people must renew, and for how long.",
      ),
    votes: z
      .array(ApprovalVote)
      .describe("Who is renewing the approval or, before `from`, who has renewed it last; oldest first."),
  })
  .describe("The renewal of the approval of the live version.");
type Renewal = z.infer<typeof Renewal>;

/** Both null: the approval holds for ever, or nothing is live. */
type ApprovalTerm = { approvalExpiresAt: string | null; renewal: Renewal | null };

/** `days`: how long an approval of a change of this risk holds; 0: for ever. */
export type Validity = { risk: RiskLevel; days: number };

export const NO_TERM: ApprovalTerm = { approvalExpiresAt: null, renewal: null };

const toTime = (ms: number) => new Date(ms).toISOString();

/** Returns the term of an approval that is given at this time. */
export function startTerm(at: string, { risk, days }: Validity): ApprovalTerm {
  if (days === 0) return NO_TERM;
  const validMs = days * DAY_MS;
  const expiresMs = Date.parse(at) + validMs;
  const from = toTime(expiresMs - Math.min(SOON_MS, validMs / 2));
  return { approvalExpiresAt: toTime(expiresMs), renewal: { from, risk, votes: [] } };
}

/** Returns the term of an approval that these votes renew. They stay on record until somebody renews it again. */
export function renewTerm(at: string, validity: Validity, votes: ApprovalVote[]): ApprovalTerm {
  const { approvalExpiresAt, renewal } = startTerm(at, validity);
  return { approvalExpiresAt, renewal: { from: renewal?.from ?? null, risk: validity.risk, votes } };
}

/**
 * Returns the term after a change: what stays live keeps it. `term`: of an approval, the new one. Votes are for one
 * version, so a rotation ends those of a renewal.
 */
export function getTermAfter(
  { approvalExpiresAt, renewal }: ApprovalTerm,
  change: Change,
  liveVersion: number | null,
): ApprovalTerm {
  if (liveVersion === null) return NO_TERM;
  const isRotation = change === "credential_rotated";
  return { approvalExpiresAt, renewal: renewal && isRotation ? { ...renewal, votes: [] } : renewal };
}

/** At the instant itself it has expired. */
export const hasExpired = (approvalExpiresAt: string | null, at: string): boolean =>
  approvalExpiresAt !== null && at >= approvalExpiresAt;

/** The latest expiry that counts as soon at this time. */
export const soonAt = (at: string): string => toTime(Date.parse(at) + SOON_MS);

/** Whether the approval can be renewed at this time. */
export const isRenewable = (renewal: Renewal | null, at: string): renewal is Renewal & { from: string } =>
  typeof renewal?.from === "string" && at >= renewal.from;

/** Returns the votes of the renewal that is under way or, before the next one can begin, of the last one. */
export function getRenewalVotes(renewal: Renewal | null, at: string): ApprovalVote[] {
  const { votes = [] } = renewal ?? {};
  return isRenewable(renewal, at) ? votes.filter((vote) => isRenewable(renewal, vote.at)) : [...votes];
}
