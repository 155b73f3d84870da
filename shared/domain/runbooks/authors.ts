// Who wrote what nobody else has reviewed yet: with four eyes, none of these may approve it. Pure.
import type { DefinitionRecord } from "./definition.ts";
import {
  type ApprovalRecord,
  definitionHashOf,
  type RunbookSummary,
  type RunbookVersion,
} from "./runbook.ts";

type RunbookBeforeEdit = {
  summary: Pick<RunbookSummary, "approvedBy">;
  current: Pick<RunbookVersion, "authors">;
};

/** `from`: the authors of what the edit builds on. */
type Edit = { definition: DefinitionRecord; editor: string; from: readonly string[] };

/** The editor joins those whose work this one builds on. Content that somebody else has approved before has no authors. */
export function computeAuthors({ definition, editor, from }: Edit, approvals: readonly ApprovalRecord[]) {
  const definitionHash = definitionHashOf(definition);
  const isReviewed = approvals.some((a) => a.definitionHash === definitionHash && !a.selfApproved);
  return isReviewed ? [] : [...new Set(from.filter((author) => author !== editor)), editor];
}

/** The authors of the current definition whose work waits for a review. Approving one's own work is none. */
export function unreviewedAuthors({ summary, current }: RunbookBeforeEdit): readonly string[] {
  const { approvedBy } = summary;
  const isReviewed = approvedBy !== null && !current.authors.includes(approvedBy);
  return isReviewed ? [] : current.authors;
}
