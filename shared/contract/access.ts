// Access rules of routes, as data: the action of the permission table, and the resource to authorize.
import type { Action } from "../domain/permissions.ts";

/**
 * `public`: no token. Otherwise the caller needs `action` in the scope of `on`. The resource is loaded and authorized
 * before the handler runs:
 * - `runbook`, `execution`, `incident`, `automation`, `freeze-window`, `source`: the resource in the path. An execution needs both its runbook's
 * scope and the scope of the team that it ran for. `deletedToo`: a deleted runbook, automation or source is passed on
 * too, and the handler decides.
 * - `execution-team`: the execution in the path. The caller must see it, and needs `action` in the scope of the team that
 * it ran for.
 * - `runbook-history`: the runbook, also after it was deleted.
 * - `body`: the scope in the body. A caller that may perform the action in no scope is refused before the body is read.
 * - `own`: the response is filtered to what the caller may see.
 */
export type Access =
  | "public"
  | {
      action: Action;
      on:
        | "runbook"
        | "runbook-history"
        | "execution"
        | "execution-team"
        | "incident"
        | "automation"
        | "freeze-window"
        | "source"
        | "body"
        | "own";
      deletedToo?: true;
    };
