// Routes to pause and resume new executions.
import * as z from "zod";
import { TeamScope } from "../domain/ids.ts";
import { KillSwitch } from "../domain/kill-switches.ts";
import { Note, type Route } from "./route.ts";

export const PauseSetting = z
  .strictObject({
    scope: TeamScope.describe("The team whose executions are paused; null: the whole service."),
    paused: z.boolean().describe("Whether new executions are paused."),
    reason: Note.optional().describe("The reason. Required to pause: refused callers see it."),
  })
  .refine(({ paused, reason }) => paused !== true || reason !== undefined, {
    path: ["reason"],
    message: "is required to pause: refused callers see it",
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .describe("Whether to pause new executions, where, and why.");

export const ControlsView = z
  .strictObject({
    global: KillSwitch.describe("The setting for the whole service."),
    teams: z.array(KillSwitch).describe("The settings of the teams that you may see, if they have any."),
  })
  .describe("Where new executions are paused.");

export const CONTROL_ROUTES = {
  "get-controls": {
    method: "GET",
    path: "/controls",
    summary: "Get the pause settings: of the whole service, and of the teams that the caller may see",
    access: { action: "view", on: "own" },
    answer: { status: 200, body: ControlsView },
  },
  "put-controls": {
    method: "PUT",
    path: "/controls",
    summary: "Pause or resume new runs, everywhere or for one team; platform admins only",
    access: { action: "approve", on: "body" },
    class: "controls",
    throttle: { ratePerSecond: 10, burst: 20 },
    body: PauseSetting,
    answer: { status: 200, body: KillSwitch },
    errors: ["version_conflict"],
  },
} as const satisfies Record<string, Route>;
