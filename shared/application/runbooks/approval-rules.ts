// What an approval needs, and how long it holds: by the deployment's options, and by the risk of what changed.
import { readApprovalsRequired, readApprovalValidDays } from "../../contract/approval-options.ts";
import { readEnvironment } from "../../contract/env.ts";
import type { Caller } from "../../domain/caller.ts";
import { assessRisk } from "../../domain/runbooks/risk.ts";
import type { Risk, RiskLevel } from "../../domain/runbooks/risk-reasons.ts";
import type { RunbookSummary, RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { Scope } from "../../domain/scopes.ts";
import { getVersion } from "../../store/versions.ts";
import { readApproverRules } from "../request/approver-rules.ts";

type Draft = { summary: RunbookSummary; version: RunbookVersion };

/** Returns the version that was approved last, against which a draft is compared; null: none ever was. */
export async function getLastApproved({
  id,
  lastApprovedVersion,
}: RunbookSummary): Promise<RunbookVersion | null> {
  return lastApprovedVersion === null ? null : getVersion(id, lastApprovedVersion);
}

/** Returns how many people must approve the draft; null: the runbook is no draft. */
export async function countRequiredApprovals({ summary, version }: Draft): Promise<number | null> {
  if (summary.approvalStatus !== "DRAFT") return null;
  return countRequired((await assessDraft({ summary, version })).level);
}

/**
 * Returns the risk of the version against the one that was approved last. Only what the version itself says counts.
 * Automations do not: they can be made after the approval as well as before it.
 */
export async function assessDraft({ summary, version }: Draft): Promise<Risk> {
  const lastApproved = await getLastApproved(summary);
  return assessRisk(lastApproved?.definition ?? null, version.definition);
}

/** Returns how many people must approve a change of this risk, or renew its approval. */
export function countRequired(risk: RiskLevel): number {
  const { APPROVALS_REQUIRED } = readEnvironment(["APPROVALS_REQUIRED"], process.env);
  return readApprovalsRequired(APPROVALS_REQUIRED)[risk];
}

/** Returns the rules that this caller's approval, or renewal, of a change of this risk is subject to. */
export function readApprovalRules(risk: RiskLevel, teamId: Scope, caller: Caller) {
  const { APPROVAL_VALID_DAYS } = readEnvironment(["APPROVAL_VALID_DAYS"], process.env);
  const validity = { risk, days: readApprovalValidDays(APPROVAL_VALID_DAYS)[risk] };
  return { ...readApproverRules(teamId, caller), required: countRequired(risk), validity };
}
