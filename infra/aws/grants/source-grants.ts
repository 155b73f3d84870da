// Permissions on the table of what makes, tests and reads sources, as data.
import { mergeGrants, type TableGrant } from "./table-grant.ts";

const READ_SOURCE: TableGrant = { get: ["source"] };
/** Its audit is in the chain of the controls. */
const CHANGE_SOURCE: TableGrant = {
  get: ["source", "kill-switches"],
  put: ["source", "kill-switches", "audit-of-kill-switches"],
};

export const SOURCE_GRANTS: Readonly<Record<string, TableGrant>> = {
  "create-source": mergeGrants(CHANGE_SOURCE, { get: ["idempotency"], put: ["idempotency"] }),
  "update-source": CHANGE_SOURCE,
  "delete-source": CHANGE_SOURCE,
  "get-source": READ_SOURCE,
  "list-sources": { lists: ["teamSources", "sourcesOfKind"], batch: ["source"] },
  "list-source-audit": mergeGrants(READ_SOURCE, {
    lists: ["sourceAudit"],
    batch: ["audit-of-kill-switches"],
  }),
  // What is known of the incidents, and what the automations of the team would do.
  "test-source": mergeGrants(READ_SOURCE, {
    lists: ["teamAutomations"],
    get: ["automation", "version", "claim", "incident", "incident-events"],
    query: ["runbook"],
  }),
  "take-message": mergeGrants(READ_SOURCE, { get: ["claim"], put: ["claim"] }),
  "set-schedules": READ_SOURCE,
  "on-source-message": {
    get: ["source", "incident"],
    put: ["rejections"],
    lists: ["sourcesOfKind"],
    batch: ["source"],
  },
};
