// Routes of a runbook's history, readable after its deletion: versions, differences between them, and audit.
import * as z from "zod";
import { AuditEntry } from "../domain/audit.ts";
import { RunbookId } from "../domain/ids.ts";
import { Json } from "../domain/json.ts";
import { Risk } from "../domain/runbooks/risk-reasons.ts";
import { RunbookVersionView } from "../domain/runbooks/runbook.ts";
import { pageOf, paging, type Route, VersionText } from "./route.ts";

const params = z.strictObject({ runbookId: RunbookId });
const versionParams = params.extend({ version: VersionText });

export const FieldDifference = z
  .strictObject({
    field: z.string().describe("Dotted path of the field in the definition."),
    change: z.enum(["added", "removed", "changed"]).describe("What happened to it."),
    from: Json.optional().describe("Its value before, secrets masked. Missing if it was added."),
    to: Json.optional().describe("Its value after, secrets masked. Missing if it was removed."),
  })
  .describe("One field that differs between two versions. A secret has no values.");

export const VersionDifferences = z
  .strictObject({
    from: z.int().describe("The earlier version of the comparison."),
    to: z.int().describe("The later version of the comparison."),
    differences: z.array(FieldDifference).describe("Each field that differs."),
  })
  .describe("What changed between two versions.");

export const RunbookDifferences = VersionDifferences.extend({ risk: Risk }).describe(
  "What changed between two versions of a runbook, and how much it can do.",
);

export const HISTORY_ROUTES = {
  "list-versions": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions",
    summary: "List the versions of a runbook, newest first",
    access: { action: "view", on: "runbook-history" },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(RunbookVersionView) },
  },
  "get-version": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions/{version}",
    summary: "Get a version of a runbook",
    access: { action: "view", on: "runbook-history" },
    params: versionParams,
    answer: { status: 200, body: RunbookVersionView },
  },
  "diff-versions": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions/{version}/diff",
    summary: "Compare two versions field by field. `from` defaults to the previous version",
    access: { action: "view", on: "runbook-history" },
    params: versionParams,
    query: z.strictObject({
      from: VersionText.optional().describe("The version to compare with. Default: the previous one."),
    }),
    answer: {
      status: 200,
      body: RunbookDifferences,
    },
  },
  "list-audit": {
    method: "GET",
    path: "/runbooks/{runbookId}/audit",
    summary: "List the audit entries of a runbook and its executions that the caller may see, newest first",
    access: { action: "view", on: "runbook-history" },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(AuditEntry) },
  },
} as const satisfies Record<string, Route>;
