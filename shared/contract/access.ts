// What a route asks of its caller, as data: the action of the permission table, and what it is done to.
import type { Action } from "../domain/permissions.ts";

/**
 * `public`: no token. Otherwise the caller needs `action` on the scope of `on`, which is loaded and checked before the
 * handler is called:
 * - `runbook`, `execution` (its runbook, and the team that it was run for: both), `incident`, `automation`: the one that
 *   the path names. `deletedToo`: a deleted runbook is handed over as well, and the handler refuses it where it must.
 * - `runbook-history`: the runbook, also after it was deleted.
 * - `body`: the scope that the body names. Who may do this in no scope is refused before the body is read.
 * - `own`: the answer holds only what the caller may see.
 */
export type Access =
  | "public"
  | {
      action: Action;
      on: "runbook" | "runbook-history" | "execution" | "incident" | "automation" | "body" | "own";
      deletedToo?: true;
    };
