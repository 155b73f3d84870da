// An automation: which events it waits for, the runbook that it runs, and with what.
import * as z from "zod";
import { ChainHead } from "../audit.ts";
import { AutomationId, RunbookId, TeamScope, Timestamp } from "../ids.ts";
import { Json } from "../json.ts";

/** `shadow` decides and records, but runs nothing. */
export const AUTOMATION_MODES = ["live", "shadow"] as const;

/** Of a team, and global ones: each event of a team is held against all of both. */
export const MAX_AUTOMATIONS = 100;

/** `checkEventPattern` judges it, and the API's document spells it out. */
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
      "Parameters of the runbook, by name: literals, or templates over the event such as `{{detail.incident.title}}`.",
    additionalProperties: { type: ["string", "number", "boolean"] },
  }),
  enabled: z.boolean().describe("Whether the automation looks at events."),
  oncePerIncident: z.boolean().describe("Whether it starts one execution at most for each incident."),
  cooldownSeconds: z
    .int()
    .min(0)
    .max(7 * 24 * 3600)
    .describe("After an execution, it starts no other for this long, in seconds."),
  mode: z
    .enum(AUTOMATION_MODES)
    .describe("`live` starts executions. `shadow` only records what it would have started."),
};

/** For a new automation: whatever is left out takes its default; `teamId` is the runbook's. */
export const AutomationInput = z
  .strictObject({
    runbookId: RunbookId.describe("The runbook to run. It must be approved, and cannot be changed later."),
    teamId: TeamScope.optional().describe("Must be the runbook's team, which it is if left out."),
    ...settings,
    parameters: settings.parameters.default({}),
    enabled: settings.enabled.default(true),
    oncePerIncident: settings.oncePerIncident.default(true),
    cooldownSeconds: settings.cooldownSeconds.default(0),
    mode: settings.mode.default("live"),
  })
  .describe("A new automation. What is left out takes its default.");
export type AutomationInput = z.output<typeof AutomationInput>;

/** For a change: whatever is left out stays as it is. Runbook and team cannot be changed. */
export const AutomationChanges = z
  .strictObject(settings)
  .partial()
  .describe("Changes of an automation. What is left out stays as it is.");
export type AutomationChanges = z.output<typeof AutomationChanges>;

export const AutomationSettings = z.strictObject(settings);
export type AutomationSettings = z.output<typeof AutomationSettings>;
export const AUTOMATION_SETTINGS = Object.keys(settings) as (keyof AutomationSettings)[];

/** An automation as a caller sees it. */
export const AutomationView = AutomationSettings.extend({
  id: AutomationId,
  runbookId: RunbookId.describe("The runbook that it runs."),
  teamId: TeamScope.describe(
    "Team of the runbook; null: global, so it looks at the incidents of every team.",
  ),
  version: z.int().min(1).describe("Counts the changes. It is also the ETag."),
  createdBy: z.string().describe("Who created it: a token's `sub`."),
  createdAt: Timestamp.describe("When it was created."),
  updatedBy: z.string().describe("Who changed it last: a token's `sub`."),
  updatedAt: Timestamp.describe("When it was changed last."),
}).describe("An automation: it runs a runbook when an event matches.");
export type AutomationView = z.output<typeof AutomationView>;

/** An automation as stored. */
export const Automation = AutomationView.extend({
  ...ChainHead.shape,
  deletedAt: Timestamp.nullable(),
});
export type Automation = z.output<typeof Automation>;

export function toAutomationView({
  auditSequence: _sequence,
  auditHash: _hash,
  deletedAt: _deleted,
  ...shown
}: Automation): AutomationView {
  return shown;
}
