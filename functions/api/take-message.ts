// POST /intake/{sourceId}
import { takeMessage } from "../../shared/application/sources/take-message.ts";
import { requireSigned } from "../../shared/application/sources/verify-message.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "take-message",
  "public",
  async ({ body, headers, now }, source) => ({
    body: await takeMessage(source, { message: body, headers, now }),
  }),
  {
    guard: ({ sourceId }, headers, body) =>
      requireSigned(sourceId, { headers, body: body(), now: new Date() }),
  },
);
