// Routes of a review: asking for one, all that a reviewer needs in one answer, and asking for changes.
import * as z from "zod";
import { AutomationId, RunbookId } from "../domain/ids.ts";
import { Approvals, ChangesRequest, ReviewRequest } from "../domain/runbooks/review.ts";
import { Risk } from "../domain/runbooks/risk-reasons.ts";
import { RunbookView } from "../domain/runbooks/runbook.ts";
import { CaseResult } from "./case-results.ts";
import { FieldDifference } from "./history-routes.ts";
import { Note, type Route } from "./route.ts";
import { ifMatchRunbook, runbookAnswer, runbookParams, TRANSITION_ERRORS } from "./runbook-parts.ts";

const version = z.int().min(1);

/** How many automations and waiting executions are looked at. */
export const MOST_DEPENDENTS = 100;

const Dependents = z
  .strictObject({
    automations: z
      .array(
        z.strictObject({
          id: AutomationId,
          name: z.string().describe("Name of the automation."),
          mode: z.enum(["live", "shadow"]).describe("`shadow`: it decides, and starts nothing."),
        }),
      )
      .describe(
        `Enabled automations that start the runbook, of those that you may see: at most ${MOST_DEPENDENTS}.`,
      ),
    waitingExecutions: z
      .int()
      .min(0)
      .describe(`Executions that have not begun, of those that you may see: at most ${MOST_DEPENDENTS}.`),
  })
  .describe("What an approval concerns beside the runbook.");

export const Review = z
  .strictObject({
    runbookId: RunbookId,
    version: version.describe("The current version: the one to review."),
    approvalStatus: RunbookView.shape.approvalStatus,
    against: version
      .nullable()
      .describe(
        "The version that was approved last, with which it is compared; null: none ever was, so all is new.",
      ),
    diff: z
      .array(FieldDifference)
      .describe("Each field that differs. Empty if all is new: read the definition."),
    risk: Risk,
    cases: z.array(CaseResult).describe("The golden cases of the version, rendered now."),
    warnings: RunbookView.shape.warnings,
    dependents: Dependents,
    approvals: Approvals,
    approvalsRequired: RunbookView.shape.approvalsRequired,
    approvalExpiresAt: RunbookView.shape.approvalExpiresAt,
    renewal: RunbookView.shape.renewal,
    renewalsRequired: z
      .int()
      .min(1)
      .nullable()
      .describe("How many people must renew the approval of the live version; null: it never expires."),
    reviewRequested: ReviewRequest.nullable().describe("Who has asked for this review; null: nobody."),
    changesRequested: ChangesRequest.nullable().describe("Who has asked for changes; null: nobody."),
  })
  .describe("All that a reviewer needs. Secrets are masked.");

export const REVIEW_ROUTES = {
  "get-review": {
    method: "GET",
    path: "/runbooks/{runbookId}/review",
    summary:
      "Get the current version for a review: what changed since the last approval, its risk and its cases",
    access: { action: "view", on: "runbook" },
    params: runbookParams,
    answer: { status: 200, body: Review },
  },
  "request-review": {
    method: "POST",
    path: "/runbooks/{runbookId}/request-review",
    summary: "Ask for a review of the current version, which lists it with `awaitingReview=true`",
    access: { action: "manage", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({
      version: version.describe("The version to review. It must be the current one."),
      note: Note.optional().describe("What reviewers should know."),
    }),
    answer: runbookAnswer,
    errors: TRANSITION_ERRORS,
  },
  "request-changes": {
    method: "POST",
    path: "/runbooks/{runbookId}/request-changes",
    summary: "Ask for changes of the reviewed version. It no longer waits for a review",
    access: { action: "approve", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({
      version: version.describe("The version that was reviewed. It must be the current one."),
      note: Note.describe("What should change."),
    }),
    answer: runbookAnswer,
    errors: TRANSITION_ERRORS,
  },
} as const satisfies Record<string, Route>;
