// Routes over all runbooks and teams: the audit trail, incidents, rejected events.
import * as z from "zod";
import { FOUND_AUDIT_ACTIONS, FoundAuditEntry } from "../domain/found-audit.ts";
import { ExternalId, SourceId } from "../domain/ids.ts";
import { Incident } from "../domain/incidents/incident.ts";
import { Rejection } from "../domain/incidents/rejection.ts";
import { queryInRange, severalOf, severalTexts } from "./filters.ts";
import { pageOf, paging, type Route } from "./route.ts";

const access = { action: "view", on: "own" } as const;

export const OVERVIEW_ROUTES = {
  "find-audit": {
    method: "GET",
    path: "/audit",
    summary: "Find audit entries of all runbooks and pause settings that the caller may see, newest first",
    access,
    query: queryInRange("happened", {
      teamId: ExternalId.optional().describe(
        "Only entries of this team: the one that the execution is for or the event is about, else that of the runbook; `global`: those of no team.",
      ),
      actor: z.string().min(1).max(300).optional().describe("Only what this one did: as `actor` has it."),
      action: severalOf(FOUND_AUDIT_ACTIONS)
        .optional()
        .describe("Only entries with one of these actions, separated by commas."),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(FoundAuditEntry) },
  },
  "list-incidents": {
    method: "GET",
    path: "/incidents",
    summary: "List the incidents that the caller may see, the latest created first",
    access,
    query: queryInRange("was created", {
      teamId: ExternalId.optional().describe("Only incidents of this team."),
      status: severalTexts(64)
        .optional()
        .describe(
          "Only incidents in one of these statuses, separated by commas, in the words of the incident system.",
        ),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(Incident) },
  },
  "list-rejections": {
    method: "GET",
    path: "/rejections",
    summary:
      "List the events that were rejected, newest first. Without a source, empty for callers who may not view every team",
    access,
    query: queryInRange("was rejected", {
      sourceId: SourceId.optional().describe("Only messages that this source cannot read."),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(Rejection) },
  },
} as const satisfies Record<string, Route>;
