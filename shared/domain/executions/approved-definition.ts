// Whether the definition that a run is about to execute is, to the letter, the one that an approval let through.

import { type ApprovalRecord, definitionHashOf, type RunbookVersion } from "../runbooks/runbook.ts";
import type { Execution, ExecutionError } from "./execution.ts";

export type PinnedVersion = Pick<Execution, "runbookId" | "runbookVersion" | "definitionHash">;

/**
 * The definition as it is read now, the version's own hash, the approval's record and the run must agree: they are
 * written by different roles, so that none of these can change alone what is called.
 */
export function isApprovedDefinition(
  execution: PinnedVersion,
  version: RunbookVersion,
  approval: ApprovalRecord | null,
): boolean {
  const { runbookId, runbookVersion } = execution;
  const isSameVersion = [version, approval].every(
    (one) => one?.runbookId === runbookId && one.version === runbookVersion,
  );
  const actual = definitionHashOf(version.definition);
  const hashes = [version.definitionHash, approval?.definitionHash, execution.definitionHash];
  return isSameVersion && version.approvalStatus === "APPROVED" && hashes.every((hash) => hash === actual);
}

export function definitionChangedError(version: number): ExecutionError {
  const message = `The stored definition of version ${version} is not the one that was approved, so its receiver is not called. Ask a platform admin to find out who changed it.`;
  return { code: "definition_changed", message };
}
