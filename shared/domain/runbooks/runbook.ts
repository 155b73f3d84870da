// A runbook as stored: a tiny head where all writers meet, a card for lists, and immutable versions.
import * as z from "zod";
import { ChainHead } from "../audit.ts";
import { digestOf } from "../digest.ts";
import { RunbookId, TeamScope, Timestamp } from "../ids.ts";
import { APPROVAL_STATUSES, CHANGES } from "./approval.ts";
import { DefinitionRecord, DefinitionView } from "./definition.ts";

/**
 * The one item where edit, approve, deprecate, delete, start and finish of a runbook meet.
 * Kept under 1 KB: a transaction charges twice the size of the whole item.
 */
export const RunbookState = ChainHead.extend({
  /** When the last entry of its chain was written. */
  auditAt: Timestamp,
  id: RunbookId,
  teamId: TeamScope,
  version: z.int().min(1),
  approvalStatus: z.enum(APPROVAL_STATUSES),
  activeExecutions: z.int().min(0),
  executionsStarted: z.int().min(0),
  deletedAt: Timestamp.nullable(),
});
export type RunbookState = z.infer<typeof RunbookState>;

const approvalStatus = z
  .enum(APPROVAL_STATUSES)
  .describe("Only an APPROVED runbook runs. DRAFT waits for approval. DEPRECATED was withdrawn.");

const lifecycle = {
  id: RunbookId,
  teamId: TeamScope.describe("Team that owns the runbook; null: global, for every team."),
  version: z.int().min(1).describe("Current version. It is also the ETag."),
  approvalStatus,
  approvedBy: z.string().nullable().describe("Who approved the current version; null if nobody did."),
  approvedAt: Timestamp.nullable().describe("When the current version was approved; null if it was not."),
  createdBy: z.string().describe("Who created the runbook: a token's `sub`."),
  createdAt: Timestamp.describe("When the runbook was created."),
  updatedBy: z.string().describe("Who made the current version: a token's `sub`."),
  updatedAt: Timestamp.describe("When the current version was made."),
};

/** The card, as it is stored and as lists show it; `name` and `description` repeat those of its current definition. */
export const RunbookSummary = z
  .strictObject({
    name: z.string().describe("Name of the runbook, for people."),
    description: z.string().describe("What the runbook does, and when to use it."),
    ...lifecycle,
  })
  .describe("A runbook in a list.");
export type RunbookSummary = z.infer<typeof RunbookSummary>;

const versionFields = {
  version: z.int().min(1).describe("Counts 1, 2, 3 … without gaps."),
  change: z.enum(CHANGES).describe("What made this version."),
  approvalStatus: approvalStatus.describe("Approval status of the runbook after the change."),
  changedBy: z.string().describe("Who made it: a token's `sub`."),
  changeNote: z.string().nullable().describe("What the author said about the change; null: nothing."),
  createdAt: Timestamp.describe("When it was made."),
  definitionHash: z
    .string()
    .length(64)
    .describe("SHA-256 of the definition, in hex. Versions with equal definitions have equal hashes."),
  authors: z
    .array(z.string())
    .describe(
      "Who wrote what nobody else had reviewed before this version; empty where somebody else had approved the same content.",
    ),
  selfApproved: z.boolean().describe("Whether this version is an approval by one of its authors."),
};

/** A version as stored: numbered 1, 2, 3 … without gaps, never changed once written. */
export const RunbookVersion = z.strictObject({
  runbookId: RunbookId,
  ...versionFields,
  definition: DefinitionRecord,
});
export type RunbookVersion = z.infer<typeof RunbookVersion>;

/** What makes two definitions the same, and a version unalterable. */
export function definitionHashOf(definition: DefinitionRecord): string {
  return digestOf("definition/1", definition);
}

/** What one approval let through, kept apart from the version: nothing runs that differs from it. */
export const ApprovalRecord = z.strictObject({
  runbookId: RunbookId,
  version: z.int().min(1),
  definitionHash: z.string().length(64),
  approvedBy: z.string(),
  approvedAt: Timestamp,
  /** Nobody but an author has reviewed it. */
  selfApproved: z.boolean(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecord>;

/** The record that belongs to this version; null where it is not one that an approval made. */
export function toApprovalRecord(version: RunbookVersion): ApprovalRecord | null {
  if (version.change !== "approved") return null;
  const { runbookId, version: number, definitionHash, changedBy, createdAt, selfApproved } = version;
  const approval = { approvedBy: changedBy, approvedAt: createdAt, selfApproved };
  return { runbookId, version: number, definitionHash, ...approval };
}

/** A version as a caller sees it: secrets masked. */
export const RunbookVersionView = RunbookVersion.extend({ definition: DefinitionView }).describe(
  "One version of a runbook. It never changes.",
);
export type RunbookVersionView = z.infer<typeof RunbookVersionView>;

/** A runbook as a caller sees it: its current definition and where it stands. */
export const RunbookView = DefinitionView.extend(lifecycle).describe(
  "A runbook: its current definition, and where it stands. Secrets are masked.",
);
export type RunbookView = z.infer<typeof RunbookView>;
