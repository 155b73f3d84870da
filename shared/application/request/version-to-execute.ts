// The version that an execution runs. It is compared with the approved definition each time before a request is sent.

import { ServiceError } from "../../domain/errors.ts";
import { definitionChangedError, isApprovedDefinition } from "../../domain/executions/approved-definition.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import { logger } from "../../logging/logger.ts";
import { getApproval, getVersion } from "../../store/versions.ts";

/** `definitionError`: why the version must not run; null if its definition is the approved one. */
export type ExecutionVersion = { version: RunbookVersion; definitionError: ExecutionError | null };

export async function requireExecutionVersion(execution: Execution): Promise<ExecutionVersion> {
  const { id, runbookId, runbookVersion } = execution;
  const [version, approval] = await Promise.all([
    getVersion(runbookId, runbookVersion),
    getApproval(runbookId, runbookVersion),
  ]);
  if (!version) throw new ServiceError("internal_error", `The version of execution ${id} is missing.`);
  if (isApprovedDefinition(execution, version, approval)) return { version, definitionError: null };
  logger.error("The definition is not the one that was approved", {
    executionId: id,
    runbookId,
    runbookVersion,
  });
  return { version, definitionError: definitionChangedError(runbookVersion) };
}
