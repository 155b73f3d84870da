// Routes of incidents: the incident as last reported, its runs, and what the caller may run for it.
import * as z from "zod";
import { ExecutionSummary } from "../domain/executions/execution-view.ts";
import { IncidentId } from "../domain/ids.ts";
import { Incident } from "../domain/incidents/incident.ts";
import { RunbookSummary } from "../domain/runbooks/runbook.ts";
import { pageOf, paging, type Route } from "./route.ts";

const params = z.strictObject({ incidentId: IncidentId });
const access = { action: "view", on: "incident" } as const;

export const INCIDENT_ROUTES = {
  "get-incident": {
    method: "GET",
    path: "/incidents/{incidentId}",
    summary: "An incident as its system last reported it",
    access,
    params,
    answer: { status: 200, body: Incident },
  },
  "list-incident-executions": {
    method: "GET",
    path: "/incidents/{incidentId}/executions",
    summary: "The runs for an incident, newest first",
    access,
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(ExecutionSummary) },
  },
  "list-incident-runbooks": {
    method: "GET",
    path: "/incidents/{incidentId}/runbooks",
    summary: "The approved runbooks that the caller may run for an incident, latest change first",
    access,
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(RunbookSummary) },
  },
} as const satisfies Record<string, Route>;
