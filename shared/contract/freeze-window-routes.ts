// Routes of freeze windows: when nothing may start.
import * as z from "zod";
import { Freeze, FreezeWindowInput, FreezeWindowView } from "../domain/freeze/freeze-window.ts";
import { FreezeWindowId } from "../domain/ids.ts";
import { idempotencyKey, type Route } from "./route.ts";

export const FreezeWindowsView = z
  .strictObject({
    windows: z
      .array(FreezeWindowView)
      .describe("The windows of the whole service and of the teams that you may see, oldest first."),
    frozen: z.array(Freeze).describe("The scopes of these in which nothing may start now."),
  })
  .describe("The freeze windows, and what is frozen now.");

export const FREEZE_WINDOW_ROUTES = {
  "create-freeze-window": {
    method: "POST",
    path: "/freeze-windows",
    summary: "Create a freeze window: of a team by its admins, of the whole service by platform admins",
    access: { action: "manage", on: "body" },
    class: "controls",
    headers: idempotencyKey,
    body: FreezeWindowInput,
    answer: { status: 201, body: FreezeWindowView },
    errors: ["invalid_transition", "version_conflict", "idempotency_conflict"],
  },
  "list-freeze-windows": {
    method: "GET",
    path: "/freeze-windows",
    summary: "Get the freeze windows that the caller may see, and what is frozen now",
    access: { action: "view", on: "own" },
    answer: { status: 200, body: FreezeWindowsView },
  },
  "delete-freeze-window": {
    method: "DELETE",
    path: "/freeze-windows/{freezeWindowId}",
    summary: "Delete a freeze window. What it has frozen may start at once",
    access: { action: "manage", on: "freeze-window" },
    class: "controls",
    params: z.strictObject({ freezeWindowId: FreezeWindowId }),
    answer: { status: 204 },
    errors: ["version_conflict"],
  },
} as const satisfies Record<string, Route>;
