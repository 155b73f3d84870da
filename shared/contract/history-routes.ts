// Routes of a runbook's history, which outlives it: versions, what changed between them, who did what.
import * as z from "zod";
import { AuditEntry } from "../domain/audit.ts";
import { RunbookId } from "../domain/ids.ts";
import { Json } from "../domain/json.ts";
import { RunbookVersionView } from "../domain/runbooks/runbook.ts";
import { pageOf, paging, type Route, VersionText } from "./route.ts";

const params = z.strictObject({ runbookId: RunbookId });
const versionParams = params.extend({ version: VersionText });

export const FieldDifference = z
  .strictObject({
    field: z.string().describe("Dotted path of the field in the definition."),
    change: z.enum(["added", "removed", "changed"]).describe("What happened to it."),
    from: Json.optional().describe("Its value before, secrets masked. Left out: it was not there."),
    to: Json.optional().describe("Its value after, secrets masked. Left out: it is not there any more."),
  })
  .describe("One field that differs between two versions. Of a secret it says only that it differs.");

export const VersionDifferences = z
  .strictObject({
    from: z.int().describe("The version that is compared."),
    to: z.int().describe("The version that it is compared with."),
    differences: z.array(FieldDifference).describe("Each field that differs."),
  })
  .describe("What changed between two versions.");

export const HISTORY_ROUTES = {
  "list-versions": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions",
    summary: "The history of a runbook, newest version first",
    access: { action: "view", on: "runbook-history" },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(RunbookVersionView) },
  },
  "get-version": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions/{version}",
    summary: "One version of a runbook",
    access: { action: "view", on: "runbook-history" },
    params: versionParams,
    answer: { status: 200, body: RunbookVersionView },
  },
  "diff-versions": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions/{version}/diff",
    summary: "What changed between two versions, field by field; `from` is the version before unless named",
    access: { action: "view", on: "runbook-history" },
    params: versionParams,
    query: z.strictObject({
      from: VersionText.optional().describe("The version to compare with. Left out: the one before."),
    }),
    answer: {
      status: 200,
      body: VersionDifferences,
    },
  },
  "list-audit": {
    method: "GET",
    path: "/runbooks/{runbookId}/audit",
    summary: "Who did what to a runbook and ran it, as far as the caller may see, newest first",
    access: { action: "view", on: "runbook-history" },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(AuditEntry) },
  },
} as const satisfies Record<string, Route>;
