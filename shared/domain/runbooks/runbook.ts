// A runbook as stored: a small state item that all writers condition on, a summary for lists, and immutable versions.
import * as z from "zod";
import { ChainHead } from "../audit.ts";
import { digestOf } from "../digest.ts";
import { byNameOf } from "../display-text.ts";
import { RunbookId, TeamScope, Timestamp } from "../ids.ts";
import { APPROVAL_STATUSES, CHANGES } from "./approval.ts";
import { Renewal } from "./approval-term.ts";
import { DefinitionRecord, DefinitionView } from "./definition.ts";
import { Approvals, ChangesRequest, ReviewRequest } from "./review.ts";
import { Warning } from "./warnings.ts";

/**
 * Edit, approve, deprecate, delete, start and completion of a runbook all condition on this item. Kept under 1 KB: a
 * transaction charges twice for the size of the whole item.
 */
export const RunbookState = ChainHead.extend({
  /** Time of the last audit entry. */
  auditAt: Timestamp,
  id: RunbookId,
  teamId: TeamScope,
  version: z.int().min(1),
  approvalStatus: z.enum(APPROVAL_STATUSES),
  /** The approved version that new executions run; null: none may start. */
  liveVersion: z.int().min(1).nullable(),
  /** Executions of the approved versions from this one to `liveVersion` may begin; null: none may. */
  oldestLiveVersion: z.int().min(1).nullable(),
  /** The approval of `liveVersion` holds until then, for all executions that may begin; null: for ever. */
  approvalExpiresAt: Timestamp.nullable(),
  /** Counts what is said in reviews. The summary has it too, so that a torn read of both is noticed. */
  reviewChanges: z.int().min(0),
  /** Whether somebody has asked for a review of the current version: then it is in the list of those. */
  awaitsReview: z.boolean(),
  activeExecutions: z.int().min(0),
  executionsStarted: z.int().min(0),
  deletedAt: Timestamp.nullable(),
});
export type RunbookState = z.infer<typeof RunbookState>;

const approvalStatus = z
  .enum(APPROVAL_STATUSES)
  .describe(
    "Status of the current version. DRAFT waits for approval. DEPRECATED: the runbook is out of use. What runs is `liveVersion`.",
  );

const lifecycle = {
  id: RunbookId,
  teamId: TeamScope.describe("Team that owns the runbook; null: global, for every team."),
  version: z.int().min(1).describe("Current version. It is also the ETag."),
  approvalStatus,
  liveVersion: z
    .int()
    .min(1)
    .nullable()
    .describe(
      "The approved version that an execution runs, beside a newer draft if there is one; null: none can start.",
    ),
  approvedBy: z
    .string()
    .nullable()
    .describe("Who gave the last approval that the current version needed; null: it is not approved."),
  approvedByName: byNameOf("approvedBy"),
  approvedAt: Timestamp.nullable().describe("When the current version was approved; null if it was not."),
  approvals: Approvals,
  reviewRequested: ReviewRequest.nullable().describe(
    "Who has asked for a review of the current version; null: nobody, or it was approved or answered with a request for changes.",
  ),
  changesRequested: ChangesRequest.nullable().describe(
    "Who has asked for changes of the current version; null: nobody.",
  ),
  lastApprovedVersion: z
    .int()
    .min(1)
    .nullable()
    .describe("The version that was approved last, in service or not; null if none ever was."),
  approvalExpiresAt: Timestamp.nullable().describe(
    "When the approval of the live version expires: from then on it cannot run until it is renewed; null: never, or nothing is live.",
  ),
  renewal: Renewal.nullable().describe("How that approval is renewed; null: it never expires."),
  createdBy: z.string().describe("Who created the runbook: a token's `sub`."),
  createdByName: byNameOf("createdBy"),
  createdAt: Timestamp.describe("When the runbook was created."),
  updatedBy: z.string().describe("Who made the current version: a token's `sub`."),
  updatedByName: byNameOf("updatedBy"),
  updatedAt: Timestamp.describe("When the current version was made."),
};

/** The summary, as stored and in lists. `name` and `description` are copies from the current definition. */
export const RunbookSummary = z
  .strictObject({
    name: z.string().describe("Name of the runbook, for people."),
    description: z.string().describe("What the runbook does, and when to use it."),
    ...lifecycle,
    deletedBy: z
      .string()
      .nullable()
      .describe("Who deleted the runbook: a token's `sub`; null: it is not deleted."),
    deletedByName: byNameOf("deletedBy"),
    deletedAt: Timestamp.nullable().describe("When the runbook was deleted; null: it is not."),
  })
  .describe("A runbook in a list.");
export type RunbookSummary = z.infer<typeof RunbookSummary>;

const versionFields = {
  version: z.int().min(1).describe("Counts 1, 2, 3 … without gaps."),
  change: z.enum(CHANGES).describe("What made this version."),
  approvalStatus: approvalStatus.describe("Approval status of the runbook after the change."),
  changedBy: z.string().describe("Who made it: a token's `sub`."),
  changedByName: byNameOf("changedBy"),
  changeNote: z.string().nullable().describe("The author's note about the change; null: none."),
  createdAt: Timestamp.describe("When it was made."),
  definitionHash: z
    .string()
    .length(64)
    .describe("SHA-256 of the definition, in hex. Versions with equal definitions have equal hashes."),
  authors: z
    .array(z.string())
    .describe(
      "Authors of changes that nobody else reviewed before this version; empty if somebody else approved the same content.",
    ),
  selfApproved: z.boolean().describe("Whether this version is an approval, and only its authors gave it."),
  approvalKept: z
    .strictObject({
      approvedBy: z.string().describe("Who approved what the rotation did not change: a token's `sub`."),
      approvedByName: byNameOf("approvedBy"),
      approvedAt: Timestamp.describe("When that was approved."),
    })
    .optional()
    .describe("The approval that still holds: only the credential was rotated. Missing for other changes."),
};

const warnings = z
  .array(Warning)
  .describe(
    "What in the definition is allowed and may surprise, found when it was saved. The answer to an edit, a rollback or an approval, the review and the preview of changes also name each automation that the definition breaks. Empty: nothing.",
  );

/** A version as stored: numbered 1, 2, 3 … without gaps, immutable. */
export const RunbookVersion = z.strictObject({
  runbookId: RunbookId,
  ...versionFields,
  warnings,
  definition: DefinitionRecord,
});
export type RunbookVersion = z.infer<typeof RunbookVersion>;

/** Returns the hash that compares definitions and protects versions from changes. */
export function definitionHashOf(definition: DefinitionRecord): string {
  return digestOf("definition/1", definition);
}

/**
 * The approved definition hash, in an item apart from the version. An execution runs only a definition with this hash.
 */
export const ApprovalRecord = z.strictObject({
  runbookId: RunbookId,
  version: z.int().min(1),
  definitionHash: z.string().length(64),
  approvedBy: z.string(),
  approvedAt: Timestamp,
  /** True if only an author reviewed it. */
  selfApproved: z.boolean(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecord>;

/** Returns the approval record of this version, or null if it was not approved, and no approval was kept. */
export function toApprovalRecord(version: RunbookVersion): ApprovalRecord | null {
  const { runbookId, version: number, definitionHash, changedBy, createdAt, selfApproved } = version;
  const given = version.change === "approved" ? { approvedBy: changedBy, approvedAt: createdAt } : undefined;
  const approval = given ?? version.approvalKept;
  if (!approval) return null;
  const { approvedBy, approvedAt } = approval;
  return { runbookId, version: number, definitionHash, approvedBy, approvedAt, selfApproved };
}

/** A version without its definition, which has a route of its own. */
export const VersionSummary = z
  .strictObject(versionFields)
  .describe("One version of a runbook, without its definition.");
export type VersionSummary = z.infer<typeof VersionSummary>;

/** A version in responses: secrets masked. */
export const RunbookVersionView = RunbookVersion.extend({ definition: DefinitionView }).describe(
  "One version of a runbook. It never changes.",
);
export type RunbookVersionView = z.infer<typeof RunbookVersionView>;

/** A runbook in responses: its current definition and its approval state. */
export const RunbookView = DefinitionView.extend({
  ...lifecycle,
  approvalsRequired: z
    .int()
    .min(1)
    .nullable()
    .describe(
      "How many people must approve this draft, by the risk of its change; null: the runbook is no draft.",
    ),
  warnings,
}).describe("A runbook: its current definition and approval state. Secrets are masked.");
export type RunbookView = z.infer<typeof RunbookView>;
