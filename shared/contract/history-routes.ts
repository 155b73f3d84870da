// Routes of a runbook's history, which outlives it: versions, what changed between them, who did what.
import * as z from "zod";
import { AuditEntry } from "../domain/audit.ts";
import { RunbookId } from "../domain/ids.ts";
import { Json } from "../domain/json.ts";
import { ShownVersion } from "../domain/runbook.ts";
import { pageOf, paging, type Route, VersionText } from "./route.ts";

const params = z.strictObject({ runbookId: RunbookId });
const versionParams = params.extend({ version: VersionText });

/** One field that differs between two versions; a secret says only that it did. */
export const FieldDifference = z.strictObject({
  field: z.string(),
  change: z.enum(["added", "removed", "changed"]),
  from: Json.optional(),
  to: Json.optional(),
});

export const HISTORY_ROUTES = {
  "list-versions": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions",
    summary: "The history of a runbook, newest version first",
    access: { action: "view", on: "runbook" },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(ShownVersion) },
  },
  "get-version": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions/{version}",
    summary: "One version of a runbook",
    access: { action: "view", on: "runbook" },
    params: versionParams,
    answer: { status: 200, body: ShownVersion },
  },
  "diff-versions": {
    method: "GET",
    path: "/runbooks/{runbookId}/versions/{version}/diff",
    summary: "What changed between two versions, field by field; `from` is the version before unless named",
    access: { action: "view", on: "runbook" },
    params: versionParams,
    query: z.strictObject({ from: VersionText.optional() }),
    answer: {
      status: 200,
      body: z.strictObject({ from: z.int(), to: z.int(), differences: z.array(FieldDifference) }),
    },
  },
  "list-audit": {
    method: "GET",
    path: "/runbooks/{runbookId}/audit",
    summary: "Who did what to a runbook and ran it, as far as the caller may see, newest first",
    access: { action: "view", on: "runbook" },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(AuditEntry) },
  },
} as const satisfies Record<string, Route>;
