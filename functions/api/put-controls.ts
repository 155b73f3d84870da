// PUT /controls
import { authorizeControls } from "../../shared/domain/controls.ts";
import { handle } from "../../shared/http/handle.ts";
import { turnSwitch } from "../../shared/operations/controls.ts";

export const handler = handle("put-controls", async ({ body, caller, act }) => {
  authorizeControls(caller);
  return { body: await turnSwitch({ ...body, reason: body.reason ?? null }, act) };
});
