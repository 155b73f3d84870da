// The route that replaces a credential and keeps the approval.
import * as z from "zod";
import { AuthInput } from "../domain/runbooks/webhook-auth.ts";
import type { Route } from "./route.ts";
import {
  DEFINITION_ERRORS,
  ifMatchRunbook,
  runbookAnswer,
  runbookParams,
  TRANSITION_ERRORS,
} from "./runbook-parts.ts";

export const CREDENTIAL_ROUTES = {
  "rotate-credential": {
    method: "POST",
    path: "/runbooks/{runbookId}/rotate-credential",
    summary: "Replace the credential of what is live. The approval holds, and the runbook stays in service",
    access: { action: "manage", on: "runbook" },
    // It writes an approval: the one that is kept.
    class: "approve",
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({
      version: z
        .int()
        .min(1)
        .describe("The version that you have read. It must be the current one, and live."),
      webhookAuth: AuthInput.describe(
        "The whole authentication with its new secrets. All that is no secret must stay as it is.",
      ),
    }),
    answer: runbookAnswer,
    errors: [...DEFINITION_ERRORS, ...TRANSITION_ERRORS],
  },
} as const satisfies Record<string, Route>;
