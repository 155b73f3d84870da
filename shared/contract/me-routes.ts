// Route of the caller itself: who a token names, and what it may do.
import * as z from "zod";
import { TEAM_ROLES } from "../domain/caller.ts";
import { TeamId, Timestamp } from "../domain/ids.ts";
import { ACTIONS } from "../domain/permissions.ts";
import type { Route } from "./route.ts";

const Actions = z.array(z.enum(ACTIONS));

export const CallerRoles = z
  .strictObject({
    platformAdmin: z.boolean().describe("Whether the caller may do everything."),
    platformAuditor: z.boolean().describe("Whether the caller may view everything."),
    teams: z.record(TeamId, z.array(z.enum(TEAM_ROLES))).describe("Roles by team."),
  })
  .describe("The roles that the groups of the token give; of a program, its scopes.");

export const CallerActions = z
  .strictObject({
    everyTeam: Actions.describe("Actions on what belongs to any team."),
    global: Actions.describe("Actions on what is global."),
    teams: z.record(TeamId, Actions).describe("Actions by team, for teams in which the caller has a role."),
  })
  .describe("What the roles allow, by the scope of a resource.");

export const CallerView = z
  .strictObject({
    subject: z
      .string()
      .describe("The token's `sub`, or `client:<id>` of a program. It stands in every `…By` field."),
    name: z.string().nullable().describe("The token's `name`, or a program's, for display; null: none."),
    email: z.string().nullable().describe("The token's `email`, for display; null: none."),
    roles: CallerRoles,
    actions: CallerActions,
    ignoredGroups: z
      .array(z.string())
      .describe(
        "Groups of the token, or scopes of a program, that give no role, such as misspelt ones, at most 100. A claim that is ambiguous as a whole stands here as text.",
      ),
    expiresAt: Timestamp.nullable().describe("When the token expires; null: it does not say."),
  })
  .describe("The caller, as its token names it.");

export const ME_ROUTES = {
  "get-me": {
    method: "GET",
    path: "/me",
    summary: "Get who you are: your roles, what they allow, and the groups that give none",
    access: { action: "view", on: "own" },
    answer: { status: 200, body: CallerView },
  },
} as const satisfies Record<string, Route>;
