// The callback route for receivers. The one-time token of the webhook request authenticates it, not a JWT.
import * as z from "zod";
import { CALLBACK_TOKEN_HEADER, CallbackInput } from "../domain/executions/callback.ts";
import { ExecutionId } from "../domain/ids.ts";
import type { Route } from "./route.ts";

export const CALLBACK_ROUTES = {
  "callback-execution": {
    method: "POST",
    path: "/executions/{executionId}/callback",
    summary: "Report progress or completion, with the token of the webhook request",
    access: "public",
    params: z.strictObject({ executionId: ExecutionId }),
    headers: z.object({
      [CALLBACK_TOKEN_HEADER]: z.string().default("").describe("The token from the webhook request."),
    }),
    tokenHeader: CALLBACK_TOKEN_HEADER,
    body: CallbackInput,
    // Room for the largest output and message with JSON escapes. The body is read only after the token matches.
    maxBodyBytes: 20 * 1024,
    throttle: { ratePerSecond: 25, burst: 50 },
    answer: { status: 204 },
    errors: ["not_permitted", "not_found", "execution_finished"],
  },
} as const satisfies Record<string, Route>;
