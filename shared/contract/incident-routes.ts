// Routes of incidents: the latest report, its executions, and the runbooks that the caller may run for it.
import * as z from "zod";
import { ExecutionSummary } from "../domain/executions/execution-view.ts";
import { IncidentId } from "../domain/ids.ts";
import { Incident } from "../domain/incidents/incident.ts";
import { RunbookSummary } from "../domain/runbooks/runbook.ts";
import { statusFilter } from "./execution-routes.ts";
import { pageOf, paging, type Route } from "./route.ts";

const params = z.strictObject({ incidentId: IncidentId });
const access = { action: "view", on: "incident" } as const;

export const INCIDENT_ROUTES = {
  "get-incident": {
    method: "GET",
    path: "/incidents/{incidentId}",
    summary: "Get the latest state of an incident",
    access,
    params,
    answer: { status: 200, body: Incident },
  },
  "list-incident-executions": {
    method: "GET",
    path: "/incidents/{incidentId}/executions",
    summary: "List the executions for an incident, newest first",
    access,
    params,
    query: z.strictObject({ status: statusFilter, ...paging }),
    answer: { status: 200, body: pageOf(ExecutionSummary) },
  },
  "list-incident-runbooks": {
    method: "GET",
    path: "/incidents/{incidentId}/runbooks",
    summary: "List the approved runbooks that the caller may run for an incident, latest change first",
    access,
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(RunbookSummary) },
  },
} as const satisfies Record<string, Route>;
