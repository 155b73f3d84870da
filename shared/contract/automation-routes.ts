// Routes of automations: rules on events, their test with one event, and their backtest over past events.
import * as z from "zod";
import {
  AUTOMATION_MODES,
  AutomationChanges,
  AutomationInput,
  AutomationView,
} from "../domain/automations/automation.ts";
import { CatchUpInput, CatchUpResult, MAX_CAUGHT_UP } from "../domain/automations/catch-up.ts";
import { BacktestRange, BacktestResult, DryRunResult } from "../domain/automations/dry-run.ts";
import { AutomationId, ExternalId, IncidentId, RunbookId } from "../domain/ids.ts";
import { IncidentEvent } from "../domain/incidents/incident-event.ts";
import { Json } from "../domain/json.ts";
import { describeInput } from "./input-words.ts";
import { idempotencyKey, ifMatchOf, pageOf, paging, type Route } from "./route.ts";

const params = z.strictObject({ automationId: AutomationId });
const ifMatch = ifMatchOf("automation");

const trueOrFalse = z.enum(["true", "false"]).transform((text) => text === "true");

/** The unmodified event. Patterns can match every field, so no field is dropped. */
const wholeEvent = z
  .record(z.string(), Json)
  .superRefine((raw, context) => {
    for (const issue of IncidentEvent.safeParse(raw, { error: describeInput }).error?.issues ?? []) {
      context.addIssue({ ...issue });
    }
  })
  .describe("An event about an incident, as EventBridge delivers it. Send either this or `incidentId`.");

export const AUTOMATION_ROUTES = {
  "create-automation": {
    method: "POST",
    path: "/automations",
    summary: "Create an automation that runs an approved runbook when an event matches",
    access: { action: "manage", on: "body" },
    headers: idempotencyKey,
    body: AutomationInput,
    answer: { status: 201, body: AutomationView, headers: ["ETag", "Location"] },
    errors: ["invalid_parameters", "runbook_not_approved", "version_conflict", "idempotency_conflict"],
  },
  "list-automations": {
    method: "GET",
    path: "/automations",
    summary: "List the automations that the caller may see, newest first",
    access: { action: "view", on: "own" },
    query: z.strictObject({
      runbookId: RunbookId.optional().describe("Only automations of this runbook."),
      teamId: ExternalId.optional().describe("Only automations of this team; `global`: only global ones."),
      enabled: trueOrFalse
        .optional()
        .describe("Only automations that process events, or only those that do not."),
      mode: z.enum(AUTOMATION_MODES).optional().describe("Only automations in this mode."),
      approved: trueOrFalse
        .optional()
        .describe("Only automations whose settings somebody has approved, or only the others."),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(AutomationView) },
  },
  "get-automation": {
    method: "GET",
    path: "/automations/{automationId}",
    summary: "One automation",
    access: { action: "view", on: "automation" },
    params,
    answer: { status: 200, body: AutomationView, headers: ["ETag"] },
  },
  "update-automation": {
    method: "PATCH",
    path: "/automations/{automationId}",
    summary: "Change an automation. Its runbook and team cannot be changed",
    access: { action: "manage", on: "automation" },
    params,
    headers: ifMatch,
    body: AutomationChanges,
    answer: { status: 200, body: AutomationView, headers: ["ETag"] },
    errors: ["invalid_parameters", "invalid_transition", "version_conflict", "precondition_failed"],
  },
  "approve-automation": {
    method: "POST",
    path: "/automations/{automationId}/approve",
    summary:
      "Approve what the reviewed version starts. Where the deployment asks for it, a live automation starts nothing before",
    access: { action: "approve", on: "automation" },
    params,
    headers: ifMatch,
    body: z.strictObject({
      version: z.int().min(1).describe("The version that was reviewed. It must be the current one."),
    }),
    answer: { status: 200, body: AutomationView, headers: ["ETag"] },
    errors: ["invalid_transition", "version_conflict", "precondition_failed"],
  },
  "delete-automation": {
    method: "DELETE",
    path: "/automations/{automationId}",
    summary: "Delete an automation. Its history stays readable",
    access: { action: "manage", on: "automation" },
    params,
    headers: ifMatch,
    answer: { status: 204 },
    errors: ["version_conflict", "precondition_failed"],
  },
  "test-automation": {
    method: "POST",
    path: "/automations/{automationId}/test",
    summary:
      "Test an automation with an event, or with the latest event of an incident. Nothing is sent or stored",
    access: { action: "execute", on: "automation" },
    class: "read",
    params,
    body: z
      .strictObject({
        event: wholeEvent.optional(),
        incidentId: IncidentId.optional().describe("The incident whose latest event to test."),
      })
      .refine((body) => (body.event === undefined) !== (body.incidentId === undefined), {
        message: "must have either event or incidentId",
        when: ({ value }) => typeof value === "object" && value !== null,
      }),
    answer: { status: 200, body: DryRunResult },
  },
  "backtest-automation": {
    method: "POST",
    path: "/automations/{automationId}/backtest",
    summary: "Test an automation with the events of a time range, oldest first",
    access: { action: "execute", on: "automation" },
    class: "read",
    params,
    body: BacktestRange,
    answer: { status: 200, body: BacktestResult },
  },
  "catch-up-automation": {
    method: "POST",
    path: "/automations/{automationId}/catch-up",
    summary: `Decide again about up to ${MAX_CAUGHT_UP} events that the automation skipped for what may have gone since, as a pause. Each starts at most one execution, whoever repeats the request`,
    access: { action: "execute", on: "automation" },
    params,
    body: CatchUpInput,
    startsExecutions: MAX_CAUGHT_UP,
    answer: { status: 200, body: CatchUpResult },
    errors: ["invalid_transition"],
  },
} as const satisfies Record<string, Route>;
