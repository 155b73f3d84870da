// Routes of an automation's history, readable after its deletion: versions, differences between them, decisions, and audit.
import * as z from "zod";
import { AuditEntry } from "../domain/audit.ts";
import { DECISION_DAYS, Decision } from "../domain/automations/automation-decision.ts";
import { AutomationVersion } from "../domain/automations/automation-version.ts";
import { AutomationId } from "../domain/ids.ts";
import { queryInRange } from "./filters.ts";
import { VersionDifferences } from "./history-routes.ts";
import { pageOf, paging, type Route, VersionText } from "./route.ts";

const params = z.strictObject({ automationId: AutomationId });
const versionParams = params.extend({ version: VersionText });
const access = { action: "view", on: "automation", deletedToo: true } as const;

export const AUTOMATION_HISTORY_ROUTES = {
  "list-automation-versions": {
    method: "GET",
    path: "/automations/{automationId}/versions",
    summary: "List the versions of an automation, newest first",
    access,
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(AutomationVersion) },
  },
  "get-automation-version": {
    method: "GET",
    path: "/automations/{automationId}/versions/{version}",
    summary: "Get a version of an automation",
    access,
    params: versionParams,
    answer: { status: 200, body: AutomationVersion },
  },
  "diff-automation-versions": {
    method: "GET",
    path: "/automations/{automationId}/versions/{version}/diff",
    summary: "Compare two versions setting by setting. `from` defaults to the previous version",
    access,
    params: versionParams,
    query: z.strictObject({
      from: VersionText.optional().describe("The version to compare with. Default: the previous one."),
    }),
    answer: { status: 200, body: VersionDifferences },
  },
  "list-automation-decisions": {
    method: "GET",
    path: "/automations/{automationId}/decisions",
    summary: `List what an automation decided about events that match, newest first, for ${DECISION_DAYS} days. Of a global one: about incidents that the caller may see`,
    access,
    params,
    query: queryInRange("it decided", paging),
    answer: { status: 200, body: pageOf(Decision) },
  },
  "list-automation-audit": {
    method: "GET",
    path: "/automations/{automationId}/audit",
    summary: "List who created, changed and deleted an automation, newest first",
    access,
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(AuditEntry) },
  },
} as const satisfies Record<string, Route>;
