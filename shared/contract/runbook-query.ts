// The query of the list of runbooks: by team, status and name, by what they call, and the deleted ones.
import * as z from "zod";
import { ExternalId } from "../domain/ids.ts";
import { APPROVAL_STATUSES } from "../domain/runbooks/approval.ts";
import { toHost } from "../domain/runbooks/targets.ts";
import { SecretReference } from "../domain/runbooks/webhook-auth.ts";
import { paging } from "./route.ts";

const host = z
  .string()
  .min(1)
  .max(253)
  .transform((text, context) => {
    const found = toHost(text);
    if (found !== null) return found;
    context.addIssue({ code: "custom", message: "must be a host name without scheme, port or path" });
    return z.NEVER;
  });

const booleanText = z.enum(["true", "false"]).transform((text) => text === "true");

/** A deleted runbook is in no status, and none of its versions is live. */
export const RunbookQuery = z
  .strictObject({
    teamId: ExternalId.optional().describe("Only runbooks of this team; `global`: only global ones."),
    approvalStatus: z
      .enum(APPROVAL_STATUSES)
      .optional()
      .describe("Only runbooks whose current version is in this status."),
    live: booleanText
      .optional()
      .describe("`true`: only runbooks with a live version, which can run. `false`: only those without one."),
    q: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .describe("Only runbooks whose name contains this text, ignoring case."),
    host: host
      .optional()
      .describe(
        "Only runbooks whose current or live `webhookUrl` or `tokenUrl` has this host, without port. Only of those that the caller manages.",
      ),
    secretArn: SecretReference.shape.secretArn
      .optional()
      .describe(
        "Only runbooks whose current or live definition refers to this secret of AWS Secrets Manager. Only of those that the caller manages.",
      ),
    awaitingReview: z
      .literal("true")
      .transform(() => true)
      .optional()
      .describe(
        "`true`: only drafts of which somebody has asked for a review: the highest risk first, then the oldest request.",
      ),
    approvalExpiring: z
      .literal("true")
      .transform(() => true)
      .optional()
      .describe(
        "`true`: only runbooks whose live approval expires within 14 days, or has expired: the soonest first.",
      ),
    deleted: booleanText
      .optional()
      .describe(
        "`true`: only deleted runbooks, as they were. Empty for callers who may not view every team. Default: `false`.",
      ),
    ...paging,
  })
  .refine(({ deleted, approvalStatus }) => !deleted || approvalStatus === undefined, {
    path: ["approvalStatus"],
    message: "does not go with deleted=true: a deleted runbook is in no status",
    when: ({ issues }) => issues.length === 0,
  })
  .refine(({ deleted, awaitingReview }) => !(deleted && awaitingReview), {
    path: ["awaitingReview"],
    message: "does not go with deleted=true: nobody reviews a deleted runbook",
    when: ({ issues }) => issues.length === 0,
  })
  .refine(
    ({ deleted, awaitingReview, approvalExpiring }) => !(approvalExpiring && (deleted || awaitingReview)),
    {
      path: ["approvalExpiring"],
      message: "is a list of its own: it does not go with deleted=true or awaitingReview=true",
      when: ({ issues }) => issues.length === 0,
    },
  );
