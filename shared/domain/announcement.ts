// The events that the service publishes: audit entries, reduced to an allow-list of fields.
import type * as z from "zod";
import {
  AutomationAnnouncement,
  AutomationChangeAnnouncement,
  BreakGlassAnnouncement,
  ExecutionAnnouncement,
  RunbookAnnouncement,
  SourceAnnouncement,
} from "./announcement-details.ts";
import type { AuditAction, AuditEntry } from "./audit.ts";
import { RecoveredFailure } from "./executions/recovery.ts";
import type { SOURCE_ACTIONS } from "./kill-switches.ts";

/** Of a change of a runbook. */
function ofRunbook(detailType: string, summary: string): AnnouncementKind {
  return defineAnnouncement(detailType, RunbookAnnouncement, summary);
}

type SourceAction = (typeof SOURCE_ACTIONS)[number];
type AnnouncementKind = { detailType: string; detail: z.ZodObject; summary: string };

/** Of a change of a source. */
function ofSource(detailType: string, summary: string): AnnouncementKind {
  return defineAnnouncement(detailType, SourceAnnouncement, summary);
}

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
  "runbook.renewal_given": ofRunbook(
    "Runbook Renewal Given",
    "Somebody renews the approval of what is live, and more people must",
  ),
  "runbook.approval_renewed": ofRunbook(
    "Runbook Approval Renewed",
    "The approval of what is live was renewed; it holds until `approvalExpiresAt`",
  ),
  "runbook.approval_expires_soon": ofRunbook(
    "Runbook Approval Expires Soon",
    "The approval of what is live expires within 14 days, unless it is renewed",
  ),
  "runbook.approval_expired": ofRunbook(
    "Runbook Approval Expired",
    "The approval of what is live has expired; it cannot run until it is renewed",
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
    "An admin started an execution past pauses, freeze windows and an expired approval",
  ),
  "execution.break_glass_closed": defineAnnouncement(
    "Runbook Break-Glass Closed",
    BreakGlassAnnouncement,
    "Another admin has looked at it",
  ),
  "automation.approved": defineAnnouncement(
    "Automation Approved",
    AutomationChangeAnnouncement,
    "A platform admin approved what an automation starts",
  ),
  "automation.disabled": defineAnnouncement(
    "Automation Disabled",
    AutomationChangeAnnouncement,
    "The service disabled an automation, because its runbook was deleted",
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
  "source.created": ofSource("Source Created", "A source of incidents was created"),
  "source.updated": ofSource("Source Updated", "The settings of a source changed; `fields` says which"),
  "source.deleted": ofSource("Source Deleted", "A source was deleted; its messages are refused from now on"),
} as const satisfies Partial<Record<AuditAction | SourceAction, AnnouncementKind>>;

/** Published beside the update that it is, about the same audit entry. */
export const SECRET_ROTATED = ofSource(
  "Source Secret Rotated",
  "The secret of a source, or its scheme, was replaced; the one before may hold for a while",
);

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
