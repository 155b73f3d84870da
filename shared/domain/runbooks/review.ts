// What people say about the current version before it is approved: votes, a request to look, a request to change.
import * as z from "zod";
import { byNameOf } from "../display-text.ts";
import { Timestamp } from "../ids.ts";

/** One vote. Votes are for one version: any new version has none, unless it is the approval that they lead to. */
export const ApprovalVote = z
  .strictObject({
    by: z.string().describe("Who approves: a token's `sub`."),
    byName: byNameOf("by"),
    at: Timestamp.describe("When."),
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
