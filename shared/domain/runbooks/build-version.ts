// Builds the version that a change of a runbook creates.
import type { Actor } from "../audit.ts";
import type { Change } from "./approval.ts";
import { definitionHashOf, type RunbookState, type RunbookVersion } from "./runbook.ts";

/** The approval that a version keeps, and whether only its authors gave it. */
type KeptApproval = NonNullable<RunbookVersion["approvalKept"]> & Pick<RunbookVersion, "selfApproved">;

/** What a version says of its content. `kept` is no field of a version, so that no version hands it on. */
export type VersionContent = Pick<RunbookVersion, "definition" | "authors" | "warnings"> & {
  kept?: KeptApproval;
};

/** `selfApproved`: nobody but its authors approved it. */
type VersionFields = { change: Change; note: string; by: Actor; at: string; selfApproved?: boolean };

export function buildVersion(
  state: RunbookState,
  { definition, authors, warnings, kept }: VersionContent,
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
    selfApproved: kept?.selfApproved ?? selfApproved,
    ...(kept && { approvalKept: toApprovalKept(kept) }),
    warnings,
    definition,
  };
}

const toApprovalKept = ({ selfApproved: _selfApproved, ...approval }: KeptApproval) => approval;
