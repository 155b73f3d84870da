// PUT /controls
import { authorizeControls } from "../../shared/domain/controls.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { turnSwitch } from "../../shared/operations/controls.ts";

export const handler = handleGuarded(
  "put-controls",
  ({ caller }) => authorizeControls(caller),
  async ({ body, act }) => ({ body: await turnSwitch({ ...body, reason: body.reason ?? null }, act) }),
);
