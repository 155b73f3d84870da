// Tracks the authors of unreviewed changes. With `fourEyes`, none of them may approve. Pure.
import type { DefinitionRecord } from "./definition.ts";
import {
  type ApprovalRecord,
  definitionHashOf,
  type RunbookSummary,
  type RunbookVersion,
} from "./runbook.ts";

type RunbookBeforeEdit = {
  summary: Pick<RunbookSummary, "approvedBy" | "approvals">;
  current: Pick<RunbookVersion, "authors">;
};

/** `from`: authors of the version that the edit is based on. */
type Edit = { definition: DefinitionRecord; editor: string; from: readonly string[] };

/**
 * Returns the authors after an edit: the previous ones and the editor. A definition that somebody else already approved
 * has none.
 */
export function computeAuthors({ definition, editor, from }: Edit, approvals: readonly ApprovalRecord[]) {
  const definitionHash = definitionHashOf(definition);
  const isReviewed = approvals.some((a) => a.definitionHash === definitionHash && !a.selfApproved);
  return isReviewed ? [] : [...new Set(from.filter((author) => author !== editor)), editor];
}

/** Returns the authors whose current changes still need a review. Self-approval does not count as a review. */
export function unreviewedAuthors({ summary, current }: RunbookBeforeEdit): readonly string[] {
  const { approvedBy, approvals } = summary;
  const isReviewed = approvedBy !== null && approvals.some(({ selfApproved }) => !selfApproved);
  return isReviewed ? [] : current.authors;
}
