// What others are told: audit entries as domain events, by an allow-list of fields.
import * as z from "zod";
import { APPROVAL_STATUSES } from "./approval.ts";
import type { AuditAction, AuditEntry } from "./audit.ts";
import { SKIP_REASONS } from "./automation-decision.ts";
import { EXECUTION_STATUSES, ExecutionError } from "./execution.ts";
import {
  AuditId,
  AutomationId,
  EventId,
  ExecutionId,
  IncidentId,
  RunbookId,
  TeamScope,
  Timestamp,
} from "./ids.ts";

const common = {
  auditId: AuditId.describe("Names the event: the same whenever it is delivered again."),
  sequence: z.int().min(1).describe("Counts 1, 2, 3 … for the one thing that the event is about."),
  at: Timestamp.describe("When it happened."),
  actor: z
    .string()
    .describe("Who did it: a token's `sub`, `automation:<id>`, `workflow:<source>` or `system:<part>`."),
  runbookId: RunbookId,
  teamId: TeamScope.describe("Team of the runbook, or of the automation that acted; null: global."),
};

const ranForTeamId = TeamScope.describe("Team that the execution is for, or the event is about; null: none.");

export const RunbookAnnouncement = z.object({
  ...common,
  version: z.int().min(1).describe("Version of the runbook."),
  approvalStatus: z.enum(APPROVAL_STATUSES).optional().describe("Approval status after the change."),
  definitionHash: z.string().optional().describe("SHA-256 of the definition, in hex."),
});

export const ExecutionAnnouncement = z.object({
  ...common,
  executionId: ExecutionId,
  ranForTeamId,
  runbookVersion: z.int().min(1).describe("Version of the runbook that ran."),
  incidentId: IncidentId.nullish().describe(
    "The incident that the execution is for; null or left out: none.",
  ),
  status: z.enum(EXECUTION_STATUSES).describe("Status of the execution."),
  error: ExecutionError.nullish().describe("Why it did not succeed; null or left out otherwise."),
});

export const AutomationAnnouncement = z.object({
  ...common,
  automationId: AutomationId,
  eventId: EventId,
  ranForTeamId,
  incidentId: IncidentId.describe("The incident that the event is about."),
  executionId: ExecutionId.optional().describe("The execution that was started, if one was."),
  reason: z.enum(SKIP_REASONS).optional().describe("Why none was started, if none was."),
});

type Kind = { detailType: string; detail: z.ZodObject; summary: string };

/** What is announced, and in which form. Actions that are not here stay inside. */
export const ANNOUNCEMENTS = {
  "runbook.created": kind("Runbook Created", RunbookAnnouncement, "A runbook was created, as a draft"),
  "runbook.updated": kind("Runbook Updated", RunbookAnnouncement, "Its definition changed; it is a draft"),
  "runbook.approved": kind("Runbook Approved", RunbookAnnouncement, "It may run"),
  "runbook.deprecated": kind("Runbook Deprecated", RunbookAnnouncement, "It may not run any more"),
  "runbook.rolled_back": kind(
    "Runbook Rolled Back",
    RunbookAnnouncement,
    "An earlier definition is the draft",
  ),
  "runbook.deleted": kind("Runbook Deleted", RunbookAnnouncement, "It is gone; its history stays"),
  "execution.started": kind("Runbook Execution Started", ExecutionAnnouncement, "A run has begun"),
  "execution.succeeded": kind(
    "Runbook Execution Succeeded",
    ExecutionAnnouncement,
    "The webhook was delivered",
  ),
  "execution.failed": kind("Runbook Execution Failed", ExecutionAnnouncement, "It was not; `error` says why"),
  "execution.cancelled": kind("Runbook Execution Cancelled", ExecutionAnnouncement, "The run was stopped"),
  "automation.fired": kind("Automation Fired", AutomationAnnouncement, "An event started a run"),
  "automation.skipped": kind("Automation Skipped", AutomationAnnouncement, "It matched, but nothing was run"),
} as const satisfies Partial<Record<AuditAction, Kind>>;

function kind(detailType: string, detail: z.ZodObject, summary: string): Kind {
  return { detailType, detail, summary };
}

export type Announcement = { detailType: string; time: string; detail: Record<string, unknown> };

/** Null for what is not announced. Fields that the form does not name stay inside. */
export function announcementOf(entry: AuditEntry): Announcement | null {
  const kinds: Partial<Record<AuditAction, Kind>> = ANNOUNCEMENTS;
  const found = kinds[entry.action];
  if (!found) return null;
  const { id: auditId, sequence, at, actor, runbookId, executionId, automationId, eventId, details } = entry;
  const { teamId, ranForTeamId } = entry;
  const ids = Object.entries({ executionId, automationId, eventId }).filter(([, id]) => id !== null);
  const told = {
    ...details,
    auditId,
    sequence,
    at,
    actor,
    runbookId,
    teamId,
    ranForTeamId,
    ...Object.fromEntries(ids),
  };
  return { detailType: found.detailType, time: at, detail: found.detail.parse(told) };
}
