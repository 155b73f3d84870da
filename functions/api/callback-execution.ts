// POST /executions/{executionId}/callback
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/callback.ts";
import { handle } from "../../shared/http/handle.ts";
import { acceptCallback } from "../../shared/operations/callback.ts";

export const handler = handle("callback-execution", async ({ params, headers, body, now }) => {
  await acceptCallback(params.executionId, headers[CALLBACK_TOKEN_HEADER], body, now);
  return {};
});
