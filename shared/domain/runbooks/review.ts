// What people say about the current version before it is approved: votes, a request to look, a request to change.
import * as z from "zod";
import type { Act } from "../context.ts";
import { byNameOf } from "../display-text.ts";
import { Timestamp } from "../ids.ts";
import { RISK_LEVELS } from "./risk-reasons.ts";

/** Who says something of the current version, and when. */
const statement = (who: string) => ({
  by: z.string().describe(`${who}: a token's \`sub\`.`),
  byName: byNameOf("by"),
  at: Timestamp.describe("When."),
});
export const toStatement = ({ actor, at }: Act) => ({ by: actor.id, byName: actor.name, at });

/** One vote. Votes are for one version: any new version has none, unless it is the approval that they lead to. */
export const ApprovalVote = z
  .strictObject({
    ...statement("Who approves"),
    note: z.string().nullable().describe("The approver's note; null: none."),
    selfApproved: z.boolean().describe("Whether the approver is one of the version's authors."),
  })
  .describe("One person's approval of the current version.");
export type ApprovalVote = z.infer<typeof ApprovalVote>;

export const Approvals = z
  .array(ApprovalVote)
  .describe(
    "Who has approved this definition, oldest first. Of a draft: the approvals so far. Any edit, rollback and withdrawal empties it.",
  );

/** Somebody asks for a review of the current version. Any new version takes it back. */
export const ReviewRequest = z
  .strictObject({
    ...statement("Who asks for a review"),
    note: z.string().nullable().describe("What reviewers should know; null: nothing was said."),
    risk: z.enum(RISK_LEVELS).describe("Risk of the change since the last approved version."),
  })
  .describe("A request to review the current version.");
export type ReviewRequest = z.infer<typeof ReviewRequest>;

/** A reviewer's no: the version is not approved as it is. Any new version takes it back. */
export const ChangesRequest = z
  .strictObject({
    ...statement("Who asks for changes"),
    note: z.string().describe("What should change."),
  })
  .describe("A request to change the current version before it is approved.");
export type ChangesRequest = z.infer<typeof ChangesRequest>;

/** Said of the current version. Each takes the other back. */
export type ReviewRequests = {
  reviewRequested: ReviewRequest | null;
  changesRequested: ChangesRequest | null;
};
export const NOTHING_REQUESTED: ReviewRequests = { reviewRequested: null, changesRequested: null };
