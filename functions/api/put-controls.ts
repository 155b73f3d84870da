// PUT /controls
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { turnSwitch } from "../../shared/operations/controls.ts";

export const handler = apiHandler("put-controls", async ({ body, act }) => ({
  body: await turnSwitch({ ...body, reason: body.reason ?? null }, act),
}));
