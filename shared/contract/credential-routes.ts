// The route that replaces a credential and keeps the approval.
import * as z from "zod";
import { RunbookId } from "../domain/ids.ts";
import { RunbookView } from "../domain/runbooks/runbook.ts";
import { AuthInput } from "../domain/runbooks/webhook-auth.ts";
import { ifMatchOf, type Route } from "./route.ts";

export const CREDENTIAL_ROUTES = {
  "rotate-credential": {
    method: "POST",
    path: "/runbooks/{runbookId}/rotate-credential",
    summary: "Replace the credential of what is live. The approval holds, and the runbook stays in service",
    access: { action: "manage", on: "runbook" },
    // It writes an approval: the one that is kept.
    class: "approve",
    params: z.strictObject({ runbookId: RunbookId }),
    headers: ifMatchOf("runbook"),
    body: z.strictObject({
      version: z
        .int()
        .min(1)
        .describe("The version that you have read. It must be the current one, and live."),
      webhookAuth: AuthInput.describe(
        "The whole authentication with its new secrets. All that is no secret must stay as it is.",
      ),
    }),
    answer: { status: 200, body: RunbookView, headers: ["ETag"] },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "invalid_transition",
      "version_conflict",
      "precondition_failed",
    ],
  },
} as const satisfies Record<string, Route>;
