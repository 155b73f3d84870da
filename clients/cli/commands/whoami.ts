// `runbooks whoami`: the caller, as the service understands its token.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { clean } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [], Cli>({
    docs: { brief },
    parameters: { flags: GLOBAL_FLAGS },
    async func(flags) {
      const { client, print } = this.open(flags);
      print.value(await client.getMe(), formatCaller);
    },
  });

function formatCaller({ subject, name, email, roles, ignoredGroups, expiresAt }: OutputOf<"get-me">): string {
  const teams = Object.entries(roles.teams).map(([team, held]) => `${team}: ${held.join(", ")}`);
  const all = [
    ...(roles.platformAdmin ? ["platform admin"] : []),
    ...(roles.platformAuditor ? ["platform auditor"] : []),
    ...teams,
  ];
  return [
    [subject, name, email].filter((text) => text !== null).join("  "),
    `roles: ${all.length === 0 ? "none" : all.join("; ")}`,
    ...(ignoredGroups.length === 0 ? [] : [`groups that give no role: ${ignoredGroups.join(", ")}`]),
    ...(expiresAt === null ? [] : [`the token expires at ${expiresAt}`]),
  ]
    .map((line) => clean(line))
    .join("\n");
}
