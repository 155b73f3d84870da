// All routes. A route's name is also its file in functions/api, its Lambda function, and its name in tests.
import * as z from "zod";
import { Json } from "../domain/json.ts";
import { AUTOMATION_HISTORY_ROUTES } from "./automation-history-routes.ts";
import { AUTOMATION_ROUTES } from "./automation-routes.ts";
import { BREAK_GLASS_ROUTES } from "./break-glass-routes.ts";
import { BULK_ROUTES } from "./bulk-routes.ts";
import { CALLBACK_ROUTES } from "./callback-routes.ts";
import { CONTROL_ROUTES } from "./control-routes.ts";
import { CREDENTIAL_ROUTES } from "./credential-routes.ts";
import { DECISION_ROUTES } from "./decision-routes.ts";
import { EXECUTION_ROUTES } from "./execution-routes.ts";
import { FREEZE_WINDOW_ROUTES } from "./freeze-window-routes.ts";
import { HISTORY_ROUTES } from "./history-routes.ts";
import { INCIDENT_ROUTES } from "./incident-routes.ts";
import { ME_ROUTES } from "./me-routes.ts";
import { OVERVIEW_ROUTES } from "./overview-routes.ts";
import { REVIEW_ROUTES } from "./review-routes.ts";
import type { Route } from "./route.ts";
import { RUNBOOK_ROUTES } from "./runbook-routes.ts";
import { SOURCE_ROUTES } from "./source-routes.ts";

const SERVICE_ROUTES = {
  "get-openapi": {
    method: "GET",
    path: "/openapi.json",
    summary: "Get the OpenAPI 3.1 document of this API",
    access: "public",
    throttle: { ratePerSecond: 5, burst: 10 },
    answer: { status: 200, body: z.record(z.string(), Json).describe("An OpenAPI 3.1 document.") },
  },
  "get-health": {
    method: "GET",
    path: "/health",
    summary: "Check that the API responds",
    access: "public",
    throttle: { ratePerSecond: 10, burst: 20 },
    answer: {
      status: 200,
      body: z.strictObject({ status: z.literal("ok").describe("The API responds.") }),
      always: { status: "ok" },
    },
  },
} as const satisfies Record<string, Route>;

/** Routes by group, in the order of the API reference. */
export const ROUTE_GROUPS = {
  Runbooks: {
    about: "The runbook library: definitions, approval, credentials, signing secrets.",
    routes: { ...RUNBOOK_ROUTES, ...CREDENTIAL_ROUTES },
  },
  Review: { about: "Asking for a review of a draft, and all that a reviewer needs.", routes: REVIEW_ROUTES },
  History: { about: "Versions of runbooks, and the audit trail.", routes: HISTORY_ROUTES },
  Executions: {
    about: "Runs of approved runbooks, with their evidence.",
    routes: { ...EXECUTION_ROUTES, ...BULK_ROUTES },
  },
  Incidents: { about: "Incidents, as their systems report them.", routes: INCIDENT_ROUTES },
  Overview: {
    about: "Incidents, audit, decisions of automations and rejected events over all runbooks and teams.",
    routes: { ...OVERVIEW_ROUTES, ...DECISION_ROUTES },
  },
  Automations: { about: "Rules that run a runbook when an event matches.", routes: AUTOMATION_ROUTES },
  "Automation history": {
    about: "Versions, decisions and audit of automations, deleted ones included.",
    routes: AUTOMATION_HISTORY_ROUTES,
  },
  Sources: {
    about: "The systems that report incidents, and how their messages are read.",
    routes: SOURCE_ROUTES,
  },
  Callbacks: { about: "For receivers that report their result later.", routes: CALLBACK_ROUTES },
  Controls: { about: "Pausing new executions.", routes: CONTROL_ROUTES },
  "Break-glass": {
    about:
      "Executions that passed pauses, freeze windows and expired approvals, until an admin has looked at them.",
    routes: BREAK_GLASS_ROUTES,
  },
  "Freeze windows": { about: "When nothing may start.", routes: FREEZE_WINDOW_ROUTES },
  Me: { about: "The caller: who a token names, and what it may do.", routes: ME_ROUTES },
  Service: { about: "The service itself.", routes: SERVICE_ROUTES },
} as const satisfies Record<string, { about: string; routes: Record<string, Route> }>;

export const ROUTES = {
  ...RUNBOOK_ROUTES,
  ...CREDENTIAL_ROUTES,
  ...REVIEW_ROUTES,
  ...HISTORY_ROUTES,
  ...EXECUTION_ROUTES,
  ...BULK_ROUTES,
  ...INCIDENT_ROUTES,
  ...OVERVIEW_ROUTES,
  ...DECISION_ROUTES,
  ...AUTOMATION_ROUTES,
  ...AUTOMATION_HISTORY_ROUTES,
  ...SOURCE_ROUTES,
  ...CALLBACK_ROUTES,
  ...CONTROL_ROUTES,
  ...BREAK_GLASS_ROUTES,
  ...FREEZE_WINDOW_ROUTES,
  ...ME_ROUTES,
  ...SERVICE_ROUTES,
};
export type RouteName = keyof typeof ROUTES;

/** All routes with their names, for code that treats them alike. */
export const ALL_ROUTES: readonly (readonly [RouteName, Route])[] = Object.entries(ROUTES) as [
  RouteName,
  Route,
][];
