// POST /executions/{executionId}/callback
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/callback.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { acceptCallback } from "../../shared/operations/callback.ts";
import { requireToken } from "../../shared/operations/callback-token.ts";

export const handler = apiHandler(
  "callback-execution",
  async ({ params, headers, body }) => {
    await acceptCallback(params.executionId, headers[CALLBACK_TOKEN_HEADER], body);
    return {};
  },
  { guard: ({ executionId }, headers) => requireToken(executionId, headers[CALLBACK_TOKEN_HEADER] ?? "") },
);
