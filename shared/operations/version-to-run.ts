// The version that a run executes, compared with what was approved each time before anything is sent.
import { definitionChanged, isAsApproved } from "../domain/approved-definition.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Execution, ExecutionError } from "../domain/execution.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { logger } from "../observe/logger.ts";
import { getApproval, getVersion } from "../store/versions.ts";

/** `changed`: why it must not run, or null. */
export type VersionToRun = { version: RunbookVersion; changed: ExecutionError | null };

export async function versionToRun(execution: Execution): Promise<VersionToRun> {
  const { id, runbookId, runbookVersion } = execution;
  const [version, approval] = await Promise.all([
    getVersion(runbookId, runbookVersion),
    getApproval(runbookId, runbookVersion),
  ]);
  if (!version) throw new RunbookError("internal_error", `The version of execution ${id} is gone.`);
  if (isAsApproved(execution, version, approval)) return { version, changed: null };
  logger.error("The definition is not the one that was approved", {
    executionId: id,
    runbookId,
    runbookVersion,
  });
  return { version, changed: definitionChanged(runbookVersion) };
}
