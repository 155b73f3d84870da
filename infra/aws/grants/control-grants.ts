// Permissions on the table of what stops new executions: pauses and freeze windows, as data.
import { mergeGrants, type TableGrant } from "./table-grant.ts";

/** Kill switches and freeze windows: what starts check, and its audit. */
const CHANGE_CONTROLS: TableGrant = {
  get: ["kill-switches"],
  put: ["kill-switches", "audit-of-kill-switches"],
  update: ["paused-scopes"],
};

export const CONTROL_GRANTS: Readonly<Record<string, TableGrant>> = {
  "get-controls": { query: ["kill-switches"] },
  "put-controls": CHANGE_CONTROLS,
  // The windows are in the partition of the kill switches.
  "create-freeze-window": mergeGrants(CHANGE_CONTROLS, {
    get: ["idempotency"],
    put: ["idempotency"],
  }),
  "list-freeze-windows": { get: ["kill-switches"] },
  "delete-freeze-window": CHANGE_CONTROLS,
};
