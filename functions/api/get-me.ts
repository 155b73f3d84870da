// GET /me
import { callersOwn } from "../../shared/application/request/access.ts";
import { listPermissions } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("get-me", callersOwn, async ({ caller, token }) => {
  const { subject, name = null, email = null, teams: held, ...platform } = caller;
  const teams = Object.fromEntries(Object.entries(held).map(([team, roles]) => [team, [...roles]]));
  const roles = { ...platform, teams };
  return { body: { subject, name, email, roles, actions: listPermissions(caller), ...token() } };
});
