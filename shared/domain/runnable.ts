// Whether a runbook may run now: approved, and at the version that the caller names, where it names one.
import { RunbookError } from "./errors.ts";
import type { RunbookHead } from "./runbook.ts";

/** Throws `runbook_not_approved` or `version_conflict`; both say what is approved instead. */
export function requireRunnable(
  { approvalStatus, version }: Pick<RunbookHead, "approvalStatus" | "version">,
  named: number | undefined,
): void {
  if (approvalStatus !== "APPROVED") {
    const message = `The runbook is ${approvalStatus} at version ${version}: only an approved one can run.`;
    throw new RunbookError("runbook_not_approved", message);
  }
  if (named === undefined || named === version) return;
  const message = `Version ${named} was asked for, but version ${version} is the approved one: read the runbook again.`;
  throw new RunbookError("version_conflict", message);
}
