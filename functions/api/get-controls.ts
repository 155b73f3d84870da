// GET /controls
import { neverTurned } from "../../shared/domain/controls.ts";
import { isAllowed } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listControls } from "../../shared/store/controls.ts";

export const handler = apiHandler("get-controls", async ({ caller }) => {
  const controls = await listControls();
  const global = controls.find(({ scope }) => scope === null) ?? neverTurned(null);
  const teams = controls.filter(({ scope }) => scope !== null && isAllowed(caller, "view", scope));
  return { body: { global, teams } };
});
