// An automation: the event pattern that triggers it, its runbook and the parameters.
import * as z from "zod";
import { ChainHead } from "../audit.ts";
import { CHANGE_STAMPS } from "../change-stamps.ts";
import { AutomationId, RunbookId, TeamScope, Timestamp } from "../ids.ts";
import { IncidentStatus } from "../incidents/incident.ts";
import { MAX_EVENT_AGE_DAYS } from "../incidents/incident-event.ts";
import { Json } from "../json.ts";
import { ApprovalVote } from "../runbooks/review.ts";
import { Cooldown } from "./cooldown.ts";

/** `shadow` decides and records, but starts no execution. */
export const AUTOMATION_MODES = ["live", "shadow"] as const;

/**
 * Per team, and for global automations. Each event is matched against all automations of its team and all global ones.
 */
export const MAX_AUTOMATIONS = 100;

/** Validated by `checkEventPattern`. The OpenAPI document describes the syntax. */
export const EventPatternJson = z
  .record(z.string(), Json)
  .describe(
    "Event pattern in the syntax of Amazon EventBridge, over the whole event. Fields are joined by AND, the values of one field by OR. At most 4 KiB, 256 conditions and 10 levels.",
  );

const settings = {
  name: z.string().trim().min(1).max(100).describe("Name of the automation, for people."),
  pattern: EventPatternJson,
  parameters: z.record(z.string().max(64), Json).meta({
    description:
      "Parameters of the runbook, by name: literals, or templates over the event such as `{{detail.incident.title}}`, or over the incident as it is now: `{{incident.title}}`.",
    additionalProperties: { type: ["string", "number", "boolean"] },
  }),
  enabled: z.boolean().describe("Whether the automation processes events."),
  oncePerIncident: z
    .boolean()
    .describe(
      "Whether it starts at most one execution for each episode of an incident: from its start to its end. An incident that starts again has a new episode.",
    ),
  cooldown: Cooldown.nullable().describe("How long it starts no other execution after one; null: no limit."),
  mode: z
    .enum(AUTOMATION_MODES)
    .describe("`live` starts executions. `shadow` only records what it would have started."),
  onlyWhile: z
    .array(IncidentStatus)
    .min(1)
    .max(10)
    .nullable()
    .describe("It fires only while the incident has one of these statuses; null: whatever its status."),
  maxEventAgeSeconds: z
    .int()
    .min(60)
    .max(MAX_EVENT_AGE_DAYS * 24 * 3600)
    .describe("It fires for no event that is older than this, in seconds. Replays are exempt."),
  replays: z
    .boolean()
    .describe("Whether it takes events that EventBridge replays from an archive, however old they are."),
};

/** Input for a new automation. Missing fields take their defaults. `teamId` defaults to the runbook's team. */
export const AutomationInput = z
  .strictObject({
    runbookId: RunbookId.describe("The runbook to run. It must be approved, and cannot be changed later."),
    teamId: TeamScope.optional().describe("Must be the runbook's team. Defaults to it."),
    ...settings,
    parameters: settings.parameters.default({}),
    enabled: settings.enabled.default(true),
    oncePerIncident: settings.oncePerIncident.default(true),
    cooldown: settings.cooldown.default(null),
    mode: settings.mode.default("live"),
    onlyWhile: settings.onlyWhile.default(null),
    maxEventAgeSeconds: settings.maxEventAgeSeconds.default(3600),
    replays: settings.replays.default(false),
  })
  .describe("A new automation. Missing fields take their defaults.");
export type AutomationInput = z.output<typeof AutomationInput>;

/** Input for a change. Missing fields keep their values. Runbook and team are immutable. */
export const AutomationChanges = z
  .strictObject(settings)
  .partial()
  .describe("Changes of an automation. Missing fields keep their values.");
export type AutomationChanges = z.output<typeof AutomationChanges>;

export const AutomationSettings = z.strictObject(settings);
export type AutomationSettings = z.output<typeof AutomationSettings>;
export const AUTOMATION_SETTINGS = Object.keys(settings) as (keyof AutomationSettings)[];

/**
 * Changes of these end no approval: a name decides nothing, and what is switched on again is what was reviewed. Every
 * other setting says when what is started, also one that is yet to come.
 */
export const SETTINGS_BESIDE_APPROVAL: readonly (keyof AutomationSettings)[] = ["name", "enabled"];

const AutomationApproval = ApprovalVote.omit({ note: true })
  .extend({ version: z.int().min(1).describe("The version that was reviewed.") })
  .describe(
    "A platform admin's approval of the settings. It holds until one changes that decides what is started.",
  );

/** Why the service itself has disabled an automation. */
export const DISABLED_REASONS = ["runbook_deleted"] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

const shown = AutomationSettings.extend({
  id: AutomationId,
  runbookId: RunbookId.describe("The runbook that it runs."),
  teamId: TeamScope.describe(
    "Team of the runbook; null: global, so it looks at the incidents of every team.",
  ),
  firesSince: Timestamp.describe(
    "Since when it fires by its present rules. It fires for no event from before.",
  ),
  ...CHANGE_STAMPS,
  updatedBy: CHANGE_STAMPS.updatedBy.describe(
    "Who changed it last: a token's `sub`, or `system:reconciler`.",
  ),
  approval: AutomationApproval.nullable().describe(
    "The approval of its settings; null: nobody has approved them.",
  ),
  disabledReason: z
    .enum(DISABLED_REASONS)
    .nullable()
    .describe(
      "Why the service has disabled it; null: it has not. `runbook_deleted`: its runbook was deleted.",
    ),
});

/** An automation in responses. */
export const AutomationView = shown
  .extend({
    awaitsApproval: z
      .boolean()
      .describe(
        "Whether it starts nothing until a platform admin approves its settings: it is live, and the deployment asks for approval.",
      ),
  })
  .describe("An automation: it runs a runbook when an event matches.");
export type AutomationView = z.output<typeof AutomationView>;

/** An automation as stored. `authors`: who wrote what nobody else has approved. */
export const Automation = shown.extend({
  ...ChainHead.shape,
  authors: z.array(z.string()),
  deletedAt: Timestamp.nullable(),
});
export type Automation = z.output<typeof Automation>;

/** `isRequired`: whether live automations of this deployment need an approval. */
export const awaitsApproval = (
  { mode, approval }: Pick<Automation, "mode" | "approval">,
  isRequired: boolean,
) => isRequired && mode === "live" && approval === null;

export function toAutomationView(automation: Automation, isRequired: boolean): AutomationView {
  const {
    auditSequence: _sequence,
    auditHash: _hash,
    authors: _authors,
    deletedAt: _deleted,
    ...rest
  } = automation;
  return { ...rest, awaitsApproval: awaitsApproval(automation, isRequired) };
}
