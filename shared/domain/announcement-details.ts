// What the published events say: an allow-list of fields for each kind of subject.
import * as z from "zod";
import { DISABLED_REASONS } from "./automations/automation.ts";
import { SKIP_REASONS } from "./automations/automation-decision.ts";
import { byNameOf } from "./display-text.ts";
import { BreakGlass } from "./executions/break-glass.ts";
import { EXECUTION_STATUSES, ExecutionError, TRIGGERED_BY } from "./executions/execution.ts";
import {
  AuditId,
  AutomationId,
  EventId,
  ExecutionId,
  IncidentId,
  RunbookId,
  SourceId,
  TeamScope,
  Timestamp,
} from "./ids.ts";
import { APPROVAL_STATUSES } from "./runbooks/approval.ts";
import { KIND_NAMES } from "./sources/kinds.ts";

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
};
const ofRunbook = {
  ...common,
  runbookId: RunbookId,
  teamId: TeamScope.describe("Team of the runbook, or of the automation that acted; null: global."),
};

const runbookName = z.string().describe("Name of the runbook at that time.");
const ranForTeamId = TeamScope.describe("Team that the execution is for, or the event is about; null: none.");

export const RunbookAnnouncement = z.object({
  ...ofRunbook,
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
  approvalExpiresAt: Timestamp.nullish().describe(
    "Of an approval: when that of the live version expires; null: never.",
  ),
});

export const ExecutionAnnouncement = z.object({
  ...ofRunbook,
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

export const BreakGlassAnnouncement = ExecutionAnnouncement.extend({
  breakGlass: BreakGlass.pick({ reason: true, incidentId: true }).describe("Why the glass was broken."),
  note: z.string().optional().describe("What the one who closed it found; missing when it is opened."),
});

export const AutomationChangeAnnouncement = z.object({
  ...ofRunbook,
  automationId: AutomationId,
  automationName: z.string().describe("Name of the automation at that time."),
  version: z
    .int()
    .min(1)
    .describe("Version of the automation: the approved one, or the one that disables it."),
  selfApproved: z.boolean().optional().describe("Of an approval: whether the approver wrote part of it."),
  reason: z.enum(DISABLED_REASONS).optional().describe("Why it was disabled, if it was."),
});

export const AutomationAnnouncement = z.object({
  ...ofRunbook,
  automationId: AutomationId,
  automationName: z.string().describe("Name of the automation at that time."),
  eventId: EventId,
  ranForTeamId,
  incidentId: IncidentId.describe("The incident that the event is about."),
  executionId: ExecutionId.optional().describe("The started execution, if any."),
  reason: z.enum(SKIP_REASONS).optional().describe("Why no execution was started, if none was."),
});

export const SourceAnnouncement = z.object({
  ...common,
  teamId: TeamScope.describe("Team that manages the source; null: platform admins do."),
  sourceId: SourceId,
  sourceName: z.string().describe("Name of the source at that time."),
  kind: z.enum(KIND_NAMES).describe("The system."),
  version: z.int().min(1).describe("Version of the source after the change."),
  enabled: z.boolean().describe("Whether its messages are read."),
  fields: z.array(z.string()).optional().describe("Of an update: the settings that changed."),
});
