// Builds the version that a change of a runbook creates.
import type { Actor } from "../audit.ts";
import type { Change } from "./approval.ts";
import { definitionHashOf, type RunbookState, type RunbookVersion } from "./runbook.ts";

/** What a version says of its content. */
export type VersionContent = Pick<RunbookVersion, "definition" | "authors" | "warnings">;

/** `selfApproved`: nobody but its authors approved it. */
type VersionFields = { change: Change; note: string; by: Actor; at: string; selfApproved?: boolean };

export function buildVersion(
  state: RunbookState,
  { definition, authors, warnings }: VersionContent,
  { change, note, by, at, selfApproved = false }: VersionFields,
): RunbookVersion {
  return {
    runbookId: state.id,
    version: state.version,
    change,
    approvalStatus: state.approvalStatus,
    changedBy: by.id,
    changedByName: by.name,
    changeNote: note,
    createdAt: at,
    definitionHash: definitionHashOf(definition),
    authors,
    selfApproved,
    warnings,
    definition,
  };
}
