// Checks that a runbook may run: it is approved, at the version that the caller named, if any.
import { ServiceError } from "../errors.ts";
import type { RunbookState } from "./runbook.ts";

/** @throws `runbook_not_approved` or `version_conflict`. Both messages name the current status or version. */
export function requireRunnable(
  { approvalStatus, version }: Pick<RunbookState, "approvalStatus" | "version">,
  requestedVersion: number | undefined,
): void {
  if (approvalStatus !== "APPROVED") {
    const message = `The runbook is ${approvalStatus} at version ${version}: only an approved runbook can run.`;
    throw new ServiceError("runbook_not_approved", message);
  }
  if (requestedVersion === undefined || requestedVersion === version) return;
  const message = `Version ${requestedVersion} was requested, but version ${version} is the approved one: read the runbook again.`;
  throw new ServiceError("version_conflict", message);
}
