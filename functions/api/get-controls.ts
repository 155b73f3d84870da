// GET /controls
import { callersOwn } from "../../shared/application/request/access.ts";
import { unsetKillSwitch } from "../../shared/domain/kill-switches.ts";
import { isAllowed } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { listKillSwitches } from "../../shared/store/controls.ts";

export const handler = apiHandler("get-controls", callersOwn, async ({ caller }) => {
  const controls = await listKillSwitches();
  const global = controls.find(({ scope }) => scope === null) ?? unsetKillSwitch(null);
  const teams = controls.filter(({ scope }) => scope !== null && isAllowed(caller, "view", scope));
  return { body: { global, teams } };
});
