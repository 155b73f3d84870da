// POST /executions/{executionId}/callback
import { acceptCallback } from "../../shared/application/callbacks/accept-callback.ts";
import { requireToken } from "../../shared/application/callbacks/callback-token.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "callback-execution",
  "public",
  async ({ params, headers, body }) => {
    await acceptCallback(params.executionId, headers[CALLBACK_TOKEN_HEADER], body);
    return {};
  },
  { guard: ({ executionId }, headers) => requireToken(executionId, headers[CALLBACK_TOKEN_HEADER] ?? "") },
);
