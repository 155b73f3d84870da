// Checks that a runbook may run: a version is live, its approval holds, and it is the one that the caller named, if any.
import { nameOf } from "../display-text.ts";
import { ServiceError } from "../errors.ts";
import { DEPRECATED_NOTE } from "./approval-changes.ts";
import { hasExpired } from "./approval-term.ts";
import type { RunbookState, RunbookVersion } from "./runbook.ts";
import type { Runbook } from "./runbook-changes.ts";

/**
 * Returns the live version, which is what runs. @throws `runbook_not_approved` or `version_conflict`. Both name the
 * versions, who made the current one, and whom to ask.
 */
export function requireRunnable(runbook: Runbook, requestedVersion?: number): RunbookVersion {
  const { live } = runbook;
  if (live === null) throw new ServiceError("runbook_not_approved", explainStopped(runbook));
  if (requestedVersion === undefined || requestedVersion === live.version) return live;
  throw new ServiceError("version_conflict", explainOtherVersion(runbook, live, requestedVersion));
}

/** @throws `approval_expired` if the approval of the live version does not hold any more at this time. */
export function requireValidApproval({ state }: Runbook, at: string): void {
  if (hasExpired(state.approvalExpiresAt, at))
    throw new ServiceError("approval_expired", `${explainExpired(state)} ${IN_AN_EMERGENCY}`);
}

const IN_AN_EMERGENCY = "Until then, an admin can start it by breaking the glass.";

/** Says which approval has expired, when, and who renews it how. */
export function explainExpired({ liveVersion, approvalExpiresAt }: RunbookState): string {
  return `The approval of version ${liveVersion} expired on ${approvalExpiresAt}. Ask a platform admin to review version ${liveVersion} and approve it again.`;
}

/** Says why an execution of this version may not begin any more, and what can run, or who can see to it. */
export function explainNotLive(runbook: Runbook | null, version: number): string {
  const lost = `Version ${version} is no longer live.`;
  if (!runbook || runbook.state.deletedAt !== null) return `${lost} The runbook was deleted.`;
  if (!runbook.live) return `${lost} ${explainStopped(runbook)}`;
  return `${lost} It was taken out of service, and version ${byWhom(runbook.live)}, is live now: start that one.`;
}

const explainStopped = (runbook: Runbook) =>
  runbook.state.approvalStatus === "DEPRECATED" ? explainDeprecated(runbook) : explainDraft(runbook);

/** The version whose parameters, payload and limits an execution has: the live one, else the draft. */
export const getVersionToRun = ({ live, current }: Runbook): RunbookVersion => live ?? current;

/** Whoever may execute a runbook may see its versions, so nothing is said here that they could not read. */
function explainDraft({ summary, current }: Runbook): string {
  const { version, change, changeNote } = current;
  const last = summary.lastApprovedVersion;
  const approved = last === null ? "No version has been approved yet." : `Version ${last} was approved last.`;
  const isWithdrawn = change === "withdrawn";
  const why = isWithdrawn ? "what was live was withdrawn." : "only an approved version can run.";
  const reason = isWithdrawn ? ` Reason: ${changeNote}` : "";
  return `The runbook is DRAFT (version ${byWhom(current)}): ${why} ${approved} Ask a platform admin to review and approve version ${version}.${reason}`;
}

function explainDeprecated({ current }: Runbook): string {
  const { changeNote } = current;
  const reason = changeNote === null || changeNote === DEPRECATED_NOTE ? "" : ` Reason: ${changeNote}`;
  return `The runbook is DEPRECATED (version ${byWhom(current)}): it cannot run. A platform admin can restore it with a rollback.${reason}`;
}

function explainOtherVersion({ current }: Runbook, live: RunbookVersion, requested: number): string {
  const found = `Version ${requested} was requested, but version ${live.version} is the live one`;
  if (current.version === live.version) return `${found}: read the runbook again.`;
  return `${found}, beside the draft (version ${byWhom(current)}). Start version ${live.version}, or ask a platform admin to review and approve version ${current.version}.`;
}

const byWhom = ({ version, changedBy, changedByName, createdAt }: RunbookVersion) =>
  `${version} by ${nameOf(changedBy, changedByName)}, ${createdAt}`;
