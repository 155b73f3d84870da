// Routes of the controls: the switches that stop new runs.
import * as z from "zod";
import { Control } from "../domain/controls.ts";
import { TeamScope } from "../domain/ids.ts";
import { Note, type Route } from "./route.ts";

/** `scope`: a team's id, or null for the whole service. */
const Switch = z
  .strictObject({ scope: TeamScope, paused: z.boolean(), reason: Note.optional() })
  .refine(({ paused, reason }) => paused !== true || reason !== undefined, {
    path: ["reason"],
    message: "is required to pause: whoever is refused is told it",
    when: ({ value }) => typeof value === "object" && value !== null,
  });

export const CONTROL_ROUTES = {
  "get-controls": {
    method: "GET",
    path: "/controls",
    summary: "Whether new runs are paused: everywhere, and in the teams that the caller may see",
    access: { action: "view", on: "own" },
    answer: { status: 200, body: z.strictObject({ global: Control, teams: z.array(Control) }) },
  },
  "put-controls": {
    method: "PUT",
    path: "/controls",
    summary: "Pause or resume new runs, everywhere or of one team; platform admins only",
    access: { action: "approve", on: "body" },
    body: Switch,
    answer: { status: 200, body: Control },
    errors: ["version_conflict", "unsupported_media_type"],
  },
} as const satisfies Record<string, Route>;
