// One person's approval of the version that they name: a vote for the draft, or for renewing what is live.
import type { Caller } from "../../domain/caller.ts";
import type { Act } from "../../domain/context.ts";
import { isSameJson } from "../../domain/json.ts";
import { approveRunbook } from "../../domain/runbooks/approval-changes.ts";
import { isAboutRenewal, renewApproval } from "../../domain/runbooks/renewal-changes.ts";
import { isRepeatedApproval } from "../../domain/runbooks/repeats.ts";
import type { Runbook, RunbookChange } from "../../domain/runbooks/runbook-changes.ts";
import { assessDraft, readApprovalRules } from "./approval-rules.ts";
import { recheckDefinition } from "./definition.ts";
import { requireMatchingCases } from "./run-cases.ts";

/** `act`: a new one for each attempt to decide, always at the time `at`. */
type AskedApproval = { version: number; note: string | null; caller: Caller; at: string; act: () => Act };

/** @throws as `approveRunbook` and `renewApproval`, or because the definition could not be saved or would fail today. */
export async function decideApproval(before: Runbook, asked: AskedApproval): Promise<RunbookChange> {
  const { version, note, caller, at, act } = asked;
  const isRenewal = isAboutRenewal(before, version, at);
  const change = isRenewal
    ? renewApproval(before, { version, note, ...readRenewalRules(before, caller) }, act())
    : approveRunbook(before, { version, note, ...(await readDraftRules(before, caller)) }, act());
  const { definition } = (isRenewal && change.live) || change.version;
  await recheckDefinition(definition);
  await requireMatchingCases(definition, before.state.teamId);
  return change;
}

async function readDraftRules({ summary, current }: Runbook, caller: Caller) {
  const { level } = await assessDraft({ summary, version: current });
  return readApprovalRules(level, summary.teamId, caller);
}

/** Nothing has changed since the approval, so the risk is that of the change that was approved. */
const readRenewalRules = ({ summary: { renewal, teamId } }: Runbook, caller: Caller) =>
  readApprovalRules(renewal?.risk ?? "high", teamId, caller);

/** Whether the caller has given this approval already. `ifMatch`: a renewal leaves the version as it is. */
export function isGivenApproval(
  now: Runbook,
  { version, note, caller, at }: AskedApproval,
  ifMatch: number | undefined,
): boolean {
  const matches = [undefined, version, ...(version === now.state.liveVersion ? [now.state.version] : [])];
  const asked = { by: caller.subject, version, note };
  return matches.includes(ifMatch) && isRepeatedApproval(now, asked, at);
}

/** Whether the approval still holds for the runbook as somebody else has changed it: a vote that met another one does. */
export function isStillAskedApproval(before: Runbook, now: Runbook, { version, at }: AskedApproval): boolean {
  if (isAboutRenewal(now, version, at)) return true;
  // One that met a request for changes has not seen it.
  const isUnanswered = isSameJson(now.summary.changesRequested, before.summary.changesRequested);
  return now.state.version === version && now.state.approvalStatus === "DRAFT" && isUnanswered;
}
