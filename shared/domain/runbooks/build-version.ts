// Builds the version that a change of a runbook creates.
import type { Change } from "./approval.ts";
import type { DefinitionRecord } from "./definition.ts";
import { definitionHashOf, type RunbookState, type RunbookVersion } from "./runbook.ts";

type VersionFields = { change: Change; note: string; by: string; at: string; authors: string[] };

export function buildVersion(
  state: RunbookState,
  definition: DefinitionRecord,
  { change, note, by, at, authors }: VersionFields,
): RunbookVersion {
  return {
    runbookId: state.id,
    version: state.version,
    change,
    approvalStatus: state.approvalStatus,
    changedBy: by,
    changeNote: note,
    createdAt: at,
    definitionHash: definitionHashOf(definition),
    authors,
    selfApproved: change === "approved" && authors.includes(by),
    definition,
  };
}
