// What is announced of an approval that expires: once before it does, and once when it has. Pure.
import * as z from "zod";
import { clampTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import { Timestamp } from "../ids.ts";
import { hasExpired, soonAt } from "./approval-term.ts";
import { type Runbook, type RunbookChange, withAudit } from "./runbook-changes.ts";

/** In their order. */
export const STAGES = ["valid", "expires_soon", "expired"] as const;
export type Stage = (typeof STAGES)[number];

/** The expiry of a runbook's live approval, and which stage of it was announced last. Null: there is none. */
export const ApprovalExpiry = z.strictObject({
  approvalExpiresAt: Timestamp.nullable(),
  stage: z.enum(STAGES),
});
export type ApprovalExpiry = z.infer<typeof ApprovalExpiry>;

/** Returns the stage to announce at this time; null: none. What was missed is not announced any more. */
export function chooseAnnouncement(
  { approvalExpiresAt, stage }: ApprovalExpiry,
  at: string,
): Exclude<Stage, "valid"> | null {
  if (hasExpired(approvalExpiresAt, at)) return stage === "expired" ? null : "expired";
  const expiresSoon = hasExpired(approvalExpiresAt, soonAt(at));
  return expiresSoon && stage === "valid" ? "expires_soon" : null;
}

/** Returns the announcement. It changes nothing but the audit. */
export function announceExpiry(runbook: Runbook, stage: Exclude<Stage, "valid">, asked: Act): RunbookChange {
  const { state } = runbook;
  const action = stage === "expired" ? "runbook.approval_expired" : "runbook.approval_expires_soon";
  const { approvalExpiresAt } = state;
  return withAudit(state, runbook, clampTime(asked, state.auditAt), action, { approvalExpiresAt });
}
