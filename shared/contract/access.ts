// What a route asks of its caller, as data: the action of the permission table, and what it is done to.
import type { Action } from "../domain/permissions.ts";

/**
 * `public`: no token. Otherwise the caller needs `action` on the scope of `on`:
 * the runbook, the execution (its runbook, and the team that it was run for: both), the incident's team, the automation's team, the scope named in the body,
 * or `own`: the answer holds only what the caller may see.
 */
export type Access =
  | "public"
  | { action: Action; on: "runbook" | "execution" | "incident" | "automation" | "body" | "own" };
