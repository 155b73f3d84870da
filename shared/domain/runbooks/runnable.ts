// Whether a runbook may run now: approved, and at the version that the caller names, where it names one.
import { ServiceError } from "../errors.ts";
import type { RunbookState } from "./runbook.ts";

/** Throws `runbook_not_approved` or `version_conflict`; both say what is approved instead. */
export function requireRunnable(
  { approvalStatus, version }: Pick<RunbookState, "approvalStatus" | "version">,
  requestedVersion: number | undefined,
): void {
  if (approvalStatus !== "APPROVED") {
    const message = `The runbook is ${approvalStatus} at version ${version}: only an approved one can run.`;
    throw new ServiceError("runbook_not_approved", message);
  }
  if (requestedVersion === undefined || requestedVersion === version) return;
  const message = `Version ${requestedVersion} was asked for, but version ${version} is the approved one: read the runbook again.`;
  throw new ServiceError("version_conflict", message);
}
