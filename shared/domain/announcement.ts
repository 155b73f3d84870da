// The events that the service publishes: audit entries, reduced to an allow-list of fields.
import * as z from "zod";
import type { AuditAction, AuditEntry } from "./audit.ts";
import { SKIP_REASONS } from "./automations/automation-decision.ts";
import { byNameOf } from "./display-text.ts";
import { BreakGlass } from "./executions/break-glass.ts";
import { EXECUTION_STATUSES, ExecutionError, TRIGGERED_BY } from "./executions/execution.ts";
import { RecoveredFailure } from "./executions/recovery.ts";
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
import { APPROVAL_STATUSES } from "./runbooks/approval.ts";

const common = {
  announcementId: z.string().describe("Id of the event. A redelivery has the same id."),
  auditId: AuditId.describe("The audit entry that the event tells of."),
  sequence: z.int().min(1).describe("Counts 1, 2, 3 … within the audit chain of the event."),
  at: Timestamp.describe("When it happened."),
  actor: z
    .string()
    .describe("Who did it: a token's `sub`, `automation:<id>`, `workflow:<source>` or `system:<part>`."),
  actorName: z
    .string()
    .nullable()
    .describe("Name or email of a person, name of an automation; null: none. For display only."),
  runbookId: RunbookId,
  teamId: TeamScope.describe("Team of the runbook, or of the automation that acted; null: global."),
};

const runbookName = z.string().describe("Name of the runbook at that time.");
const ranForTeamId = TeamScope.describe("Team that the execution is for, or the event is about; null: none.");

const RunbookAnnouncement = z.object({
  ...common,
  runbookName,
  version: z.int().min(1).describe("Version of the runbook."),
  approvalStatus: z.enum(APPROVAL_STATUSES).optional().describe("Approval status after the change."),
  liveVersion: z
    .int()
    .min(1)
    .nullish()
    .describe("The version that executions run after the change; null: none can start."),
  definitionHash: z.string().optional().describe("SHA-256 of the definition, in hex."),
  selfApproved: z
    .boolean()
    .optional()
    .describe("Of an approval: whether nobody but authors of the version approved it."),
  approvalsGiven: z.int().min(1).optional().describe("Of an approval: how many people have approved."),
  approvalsRequired: z.int().min(1).optional().describe("Of an approval: how many people must approve."),
});

const ExecutionAnnouncement = z.object({
  ...common,
  executionId: ExecutionId,
  ranForTeamId,
  runbookName,
  runbookVersion: z.int().min(1).describe("Version of the runbook that ran."),
  incidentId: IncidentId.nullish().describe("The incident that the execution is for; null or missing: none."),
  status: z.enum(EXECUTION_STATUSES).describe("Status of the execution."),
  executedBy: z
    .string()
    .describe("Who started the execution: a token's `sub`, `automation:<id>` or `workflow:<source>`."),
  executedByName: byNameOf("executedBy"),
  triggeredBy: z.enum(TRIGGERED_BY).describe("`manual`: a caller of the API. `workflow`: an event."),
  automationId: AutomationId.nullable().describe("The automation that started the execution; null: none."),
  attempts: z.int().min(0).describe("Attempts made before this event. After an end there are no more."),
  link: z.string().nullable().describe("The execution in the AWS console; null: there is no console."),
  error: ExecutionError.nullish().describe("Why it failed; null or missing otherwise."),
});

const BreakGlassAnnouncement = ExecutionAnnouncement.extend({
  breakGlass: BreakGlass.pick({ reason: true, incidentId: true }).describe("Why the glass was broken."),
  note: z.string().optional().describe("What the one who closed it found; missing when it is opened."),
});

const AutomationAnnouncement = z.object({
  ...common,
  automationId: AutomationId,
  automationName: z.string().describe("Name of the automation at that time."),
  eventId: EventId,
  ranForTeamId,
  incidentId: IncidentId.describe("The incident that the event is about."),
  executionId: ExecutionId.optional().describe("The started execution, if any."),
  reason: z.enum(SKIP_REASONS).optional().describe("Why no execution was started, if none was."),
});

/** Of a change of a runbook. */
function ofRunbook(detailType: string, summary: string): AnnouncementKind {
  return defineAnnouncement(detailType, RunbookAnnouncement, summary);
}

type AnnouncementKind = { detailType: string; detail: z.ZodObject; summary: string };

/** Published events by audit action. Actions that are not listed are not published. */
export const ANNOUNCEMENTS = {
  "runbook.created": ofRunbook("Runbook Created", "A runbook was created as a draft"),
  "runbook.updated": ofRunbook(
    "Runbook Updated",
    "The definition of a runbook changed; the current version is a draft",
  ),
  "runbook.approved": ofRunbook("Runbook Approved", "A runbook was approved; it may run"),
  "runbook.review_requested": ofRunbook("Runbook Review Requested", "Somebody asks for a review of a draft"),
  "runbook.changes_requested": ofRunbook(
    "Runbook Changes Requested",
    "A reviewer asks for changes of a draft",
  ),
  "runbook.approval_given": ofRunbook(
    "Runbook Approval Given",
    "Somebody approved a draft that needs more approvals",
  ),
  "runbook.credential_rotated": ofRunbook(
    "Runbook Credential Rotated",
    "The credential of what is live was replaced; its approval holds",
  ),
  "runbook.deprecated": ofRunbook("Runbook Deprecated", "A runbook was deprecated; it can no longer run"),
  "runbook.rolled_back": ofRunbook("Runbook Rolled Back", "An earlier definition became the draft"),
  "runbook.withdrawn": ofRunbook("Runbook Withdrawn", "What was live was taken out of service"),
  "runbook.deleted": ofRunbook("Runbook Deleted", "A runbook was deleted; its history stays"),
  "execution.started": defineAnnouncement(
    "Runbook Execution Started",
    ExecutionAnnouncement,
    "An execution began",
  ),
  "execution.succeeded": defineAnnouncement(
    "Runbook Execution Succeeded",
    ExecutionAnnouncement,
    "An execution succeeded",
  ),
  "execution.failed": defineAnnouncement(
    "Runbook Execution Failed",
    ExecutionAnnouncement,
    "An execution failed; `error` says why",
  ),
  "execution.cancelled": defineAnnouncement(
    "Runbook Execution Cancelled",
    ExecutionAnnouncement,
    "An execution was cancelled",
  ),
  "execution.break_glass_opened": defineAnnouncement(
    "Runbook Break-Glass Opened",
    BreakGlassAnnouncement,
    "An admin started an execution past pauses and freeze windows",
  ),
  "execution.break_glass_closed": defineAnnouncement(
    "Runbook Break-Glass Closed",
    BreakGlassAnnouncement,
    "Another admin has looked at it",
  ),
  "automation.fired": defineAnnouncement(
    "Automation Fired",
    AutomationAnnouncement,
    "An event started an execution",
  ),
  "automation.skipped": defineAnnouncement(
    "Automation Skipped",
    AutomationAnnouncement,
    "An event matched, but started no execution",
  ),
} as const satisfies Partial<Record<AuditAction, AnnouncementKind>>;

/** Published beside the success that recovers, about the same audit entry. */
export const RECOVERED = defineAnnouncement(
  "Runbook Execution Recovered",
  ExecutionAnnouncement.extend(RecoveredFailure.shape),
  "The first success after a failure of the same runbook and concurrency key",
);

function defineAnnouncement(detailType: string, detail: z.ZodObject, summary: string): AnnouncementKind {
  return { detailType, detail, summary };
}

export type Announcement = { detailType: string; time: string; detail: Record<string, unknown> };

/** Returns the page of an execution, or null. */
type LinkTo = (executionId: string) => string | null;

/** Returns the event to publish, or null if the action is not published. Drops fields that its schema does not name. */
export function toAnnouncement(entry: AuditEntry, linkTo: LinkTo): Announcement | null {
  const kinds: Partial<Record<AuditAction, AnnouncementKind>> = ANNOUNCEMENTS;
  const found = kinds[entry.action];
  return found ? announce(found, entry, { announcementId: entry.id }, linkTo) : null;
}

/** Returns the event about the recovery that a success is. It has an id of its own. */
export function toRecovered(success: AuditEntry, failure: RecoveredFailure, linkTo: LinkTo): Announcement {
  return announce(RECOVERED, success, { announcementId: `${success.id}.recovered`, ...failure }, linkTo);
}

function announce(
  { detailType, detail }: AnnouncementKind,
  { id: auditId, executionId, automationId, eventId, details, ...facts }: AuditEntry,
  more: object,
  linkTo: LinkTo,
): Announcement {
  const ids = Object.entries({ executionId, automationId, eventId }).filter(([, id]) => id !== null);
  const link = executionId && linkTo(executionId);
  const fields = { ...details, ...facts, auditId, link, ...Object.fromEntries(ids), ...more };
  return { detailType, time: facts.at, detail: detail.parse(fields) };
}
