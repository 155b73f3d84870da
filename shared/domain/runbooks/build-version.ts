// The snapshot of a runbook that a change leaves behind.
import type { Change } from "./approval.ts";
import type { DefinitionRecord } from "./definition.ts";
import { definitionHashOf, type RunbookState, type RunbookVersion } from "./runbook.ts";

type VersionFields = { change: Change; note: string; by: string; at: string; authors: string[] };

export function buildVersion(
  head: RunbookState,
  definition: DefinitionRecord,
  { change, note, by, at, authors }: VersionFields,
): RunbookVersion {
  return {
    runbookId: head.id,
    version: head.version,
    change,
    approvalStatus: head.approvalStatus,
    changedBy: by,
    changeNote: note,
    createdAt: at,
    definitionHash: definitionHashOf(definition),
    authors,
    selfApproved: change === "approved" && authors.includes(by),
    definition,
  };
}
