// POST /executions/{executionId}/callback
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/callback.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { acceptCallback } from "../../shared/operations/callback.ts";
import { requireToken } from "../../shared/operations/callback-token.ts";

export const handler = handleGuarded(
  "callback-execution",
  ({ params, headers }) => requireToken(params.executionId, headers[CALLBACK_TOKEN_HEADER] ?? ""),
  async ({ params, headers, body }) => {
    await acceptCallback(params.executionId, headers[CALLBACK_TOKEN_HEADER], body);
    return {};
  },
);
