// PUT /controls
import { scopeInBody } from "../../shared/application/request/access.ts";
import { setKillSwitch } from "../../shared/application/set-kill-switch.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("put-controls", scopeInBody, async ({ body, act }) => ({
  body: await setKillSwitch({ ...body, reason: body.reason ?? null }, act),
}));
