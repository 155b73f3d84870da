// The route that receivers call back on: known by the one-time token of their call, without any other.
import * as z from "zod";
import { CALLBACK_TOKEN_HEADER, CallbackInput } from "../domain/executions/callback.ts";
import { ExecutionId } from "../domain/ids.ts";
import type { Route } from "./route.ts";

export const CALLBACK_ROUTES = {
  "callback-execution": {
    method: "POST",
    path: "/executions/{executionId}/callback",
    summary: "Report progress or completion of the work, with the token that came with the call",
    access: "public",
    params: z.strictObject({ executionId: ExecutionId }),
    headers: z.object({
      [CALLBACK_TOKEN_HEADER]: z
        .string()
        .default("")
        .describe("The token that came with the webhook request."),
    }),
    tokenHeader: CALLBACK_TOKEN_HEADER,
    body: CallbackInput,
    // Room for the largest output, a message, and what JSON escapes of them; read only for who has the token.
    maxBodyBytes: 20 * 1024,
    throttle: { ratePerSecond: 25, burst: 50 },
    answer: { status: 204 },
    errors: ["not_permitted", "not_found", "execution_finished"],
  },
} as const satisfies Record<string, Route>;
