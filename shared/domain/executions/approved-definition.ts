// Checks that the definition of an execution is exactly the one that was approved.

import { type ApprovalRecord, definitionHashOf, type RunbookVersion } from "../runbooks/runbook.ts";
import type { Execution, ExecutionError } from "./execution.ts";

type PinnedVersion = Pick<Execution, "runbookId" | "runbookVersion" | "definitionHash">;

/**
 * Whether the stored definition, the version's hash, the approval record and the execution agree. Different IAM roles
 * write them, so no single role can change what is sent.
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
  const message = `The stored definition of version ${version} is not the approved one, so nothing was sent. Ask a platform admin to find out who changed it.`;
  return { code: "definition_changed", message };
}
