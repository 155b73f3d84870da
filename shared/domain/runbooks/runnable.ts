// Checks that a runbook may run: it is approved, at the version that the caller named, if any.
import { nameOf } from "../display-text.ts";
import { ServiceError } from "../errors.ts";
import { DEPRECATED_NOTE, type Runbook } from "./runbook-changes.ts";

/** Throws `runbook_not_approved` or `version_conflict`. Both say what is approved, and whom to ask. */
export function requireRunnable(runbook: Runbook, requestedVersion: number | undefined): void {
  const { approvalStatus, version } = runbook.state;
  if (approvalStatus !== "APPROVED") {
    const message = approvalStatus === "DRAFT" ? explainDraft(runbook) : explainDeprecated(runbook);
    throw new ServiceError("runbook_not_approved", message);
  }
  if (requestedVersion === undefined || requestedVersion === version) return;
  const message = `Version ${requestedVersion} was requested, but version ${version} is the approved one: read the runbook again.`;
  throw new ServiceError("version_conflict", message);
}

/** Whoever may execute a runbook may see its versions, so nothing is said here that they could not read. */
function explainDraft({ summary, current }: Runbook): string {
  const { version, changedBy, changedByName, createdAt } = current;
  const last = summary.lastApprovedVersion;
  const approved = last === null ? "No version has been approved yet." : `Version ${last} was approved last.`;
  return `The runbook is DRAFT (version ${version} by ${nameOf(changedBy, changedByName)}, ${createdAt}): only an approved version can run. ${approved} Ask a platform admin to review and approve version ${version}.`;
}

function explainDeprecated({ current }: Runbook): string {
  const { version, changedBy, changedByName, createdAt, changeNote } = current;
  const reason = changeNote === null || changeNote === DEPRECATED_NOTE ? "" : ` Reason: ${changeNote}`;
  return `The runbook is DEPRECATED (version ${version} by ${nameOf(changedBy, changedByName)}, ${createdAt}): it cannot run. A platform admin can restore it with a rollback.${reason}`;
}
