// Permissions on the table of what makes, changes, tests and reads automations, as data.
import { IDEMPOTENCY, mergeGrants, READ_INCIDENT, READ_RUNBOOK, type TableGrant } from "./table-grant.ts";

const READ_AUTOMATION: TableGrant = { get: ["automation"] };
/** The settings stay, so there is no version: an approval, a deletion. */
const SETTLE_AUTOMATION = mergeGrants(READ_AUTOMATION, { put: ["automation", "audit-of-automations"] });
export const CHANGE_AUTOMATION = mergeGrants(SETTLE_AUTOMATION, { put: ["automation-version"] });

export const AUTOMATION_GRANTS: Readonly<Record<string, TableGrant>> = {
  // The list counts the automations of the scope.
  "create-automation": mergeGrants(READ_RUNBOOK, IDEMPOTENCY, CHANGE_AUTOMATION, {
    check: ["runbook"],
    lists: ["teamAutomations"],
  }),
  "update-automation": mergeGrants(READ_RUNBOOK, CHANGE_AUTOMATION, { check: ["runbook"] }),
  "approve-automation": SETTLE_AUTOMATION,
  "delete-automation": SETTLE_AUTOMATION,
  "get-automation": READ_AUTOMATION,
  "list-automation-versions": mergeGrants(READ_AUTOMATION, { query: ["automation-version"] }),
  "get-automation-version": mergeGrants(READ_AUTOMATION, { get: ["automation-version"] }),
  "diff-automation-versions": mergeGrants(READ_AUTOMATION, { get: ["automation-version"] }),
  "list-automation-audit": mergeGrants(READ_AUTOMATION, { query: ["audit-of-automations"] }),
  "list-automations": {
    lists: ["teamAutomations", "runbookAutomations", "automationsInState"],
    batch: ["automation"],
  },
  "test-automation": mergeGrants(READ_AUTOMATION, READ_RUNBOOK, READ_INCIDENT, {
    get: ["incident-events", "claim", "execution"],
  }),
  "backtest-automation": mergeGrants(READ_AUTOMATION, READ_RUNBOOK, { query: ["incident-events"] }),
};
