// What an approval of a draft needs: by the deployment's options, and by the risk of what changed since the last one.
import { readApprovalsRequired } from "../../contract/approvals-required.ts";
import { readEnvironment } from "../../contract/env.ts";
import type { Caller } from "../../domain/caller.ts";
import { assessRisk } from "../../domain/runbooks/risk.ts";
import type { Risk } from "../../domain/runbooks/risk-reasons.ts";
import type { RunbookSummary, RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { Scope } from "../../domain/scopes.ts";
import { getVersion } from "../../store/versions.ts";

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
  return summary.approvalStatus === "DRAFT" ? countRequired({ summary, version }) : null;
}

/** Returns the risk of the version against the one that was approved last. */
export async function assessDraft({ summary, version }: Draft): Promise<Risk> {
  const lastApproved = await getLastApproved(summary);
  return assessRisk(lastApproved?.definition ?? null, version.definition);
}

/**
 * Only what the version itself says counts. Automations do not: they can be made after the approval as well as before
 * it.
 */
async function countRequired({ summary, version }: Draft): Promise<number> {
  const { level } = await assessDraft({ summary, version });
  const { APPROVALS_REQUIRED } = readEnvironment(["APPROVALS_REQUIRED"], process.env);
  return readApprovalsRequired(APPROVALS_REQUIRED)[level];
}

/** Returns the rules that this caller's approval of the draft is subject to. */
export async function readApprovalRules(draft: Draft, caller: Caller) {
  const options = readEnvironment(["FOUR_EYES", "APPROVER_OF_ANOTHER_TEAM"], process.env);
  const ownTeam = options.APPROVER_OF_ANOTHER_TEAM ? getOwnTeam(draft.summary.teamId, caller) : null;
  return { fourEyes: options.FOUR_EYES, required: await countRequired(draft), ownTeam };
}

/** A global runbook belongs to no team. */
function getOwnTeam(teamId: Scope, { teams }: Caller): string | null {
  return teamId !== null && Object.hasOwn(teams, teamId) ? teamId : null;
}
