// A runbook as stored: a tiny head where all writers meet, a card for lists, and immutable versions.
import * as z from "zod";
import { APPROVAL_STATUSES, CHANGES } from "./approval.ts";
import { ChainHead } from "./audit.ts";
import { ShownDefinition, StoredDefinition } from "./definition.ts";
import { digestOf } from "./digest.ts";
import { RunbookId, TeamScope, Timestamp } from "./ids.ts";

/**
 * The one item where edit, approve, deprecate, delete, start and finish of a runbook meet.
 * Kept under 1 KB: a transaction charges twice the size of the whole item.
 */
export const RunbookHead = ChainHead.extend({
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
export type RunbookHead = z.infer<typeof RunbookHead>;

const lifecycle = {
  id: RunbookId,
  teamId: TeamScope,
  version: z.int().min(1),
  approvalStatus: z.enum(APPROVAL_STATUSES),
  approvedBy: z.string().nullable(),
  approvedAt: Timestamp.nullable(),
  createdBy: z.string(),
  createdAt: Timestamp,
  updatedBy: z.string(),
  updatedAt: Timestamp,
};

/** The card, as it is stored and as lists show it; `name` and `description` repeat those of its current definition. */
export const RunbookSummary = z.strictObject({ name: z.string(), description: z.string(), ...lifecycle });
export type RunbookSummary = z.infer<typeof RunbookSummary>;

const snapshot = {
  version: z.int().min(1),
  change: z.enum(CHANGES),
  approvalStatus: z.enum(APPROVAL_STATUSES),
  changedBy: z.string(),
  changeNote: z.string().nullable(),
  createdAt: Timestamp,
  definitionHash: z.string().length(64),
  authors: z
    .array(z.string())
    .describe(
      "Who wrote what nobody else had reviewed before this version; empty where somebody else had approved the same content",
    ),
  selfApproved: z.boolean().describe("Whether this version is an approval by one of its authors"),
};

/** A version as stored: numbered 1, 2, 3 … without gaps, never changed once written. */
export const RunbookVersion = z.strictObject({
  runbookId: RunbookId,
  ...snapshot,
  definition: StoredDefinition,
});
export type RunbookVersion = z.infer<typeof RunbookVersion>;

/** What makes two definitions the same, and a version unalterable. */
export function definitionHashOf(definition: StoredDefinition): string {
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
export function approvalRecordOf(version: RunbookVersion): ApprovalRecord | null {
  if (version.change !== "approved") return null;
  const { runbookId, version: number, definitionHash, changedBy, createdAt, selfApproved } = version;
  const approval = { approvedBy: changedBy, approvedAt: createdAt, selfApproved };
  return { runbookId, version: number, definitionHash, ...approval };
}

/** A version as a caller sees it: secrets masked. */
export const ShownVersion = RunbookVersion.extend({ definition: ShownDefinition });
export type ShownVersion = z.infer<typeof ShownVersion>;

/** A runbook as a caller sees it: its current definition and where it stands. */
export const ShownRunbook = ShownDefinition.extend(lifecycle);
export type ShownRunbook = z.infer<typeof ShownRunbook>;
