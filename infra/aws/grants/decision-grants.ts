// Permissions on the table of what reads decisions of automations, as data.
import type { TableGrant } from "./table-grant.ts";

export const DECISION_GRANTS: Readonly<Record<string, TableGrant>> = {
  "list-automation-decisions": {
    get: ["automation"],
    lists: ["automationDecisions"],
    batch: ["decision"],
  },
  "find-decisions": {
    lists: ["incidentDecisions", "teamAudit", "allAudit"],
    batch: ["audit-of-decisions"],
  },
  "explain-event": {
    get: ["automation", "decision"],
    lists: ["event", "incidentDecisions", "teamAutomations"],
    batch: ["incident-events", "rejections", "audit-of-decisions"],
  },
};
