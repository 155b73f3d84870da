// An automation: which events it waits for, the runbook that it runs, and with what.
import * as z from "zod";
import { ChainHead } from "./audit.ts";
import { AutomationId, RunbookId, TeamScope, Timestamp } from "./ids.ts";
import { Json } from "./json.ts";

/** `shadow` decides and records, but runs nothing. */
export const AUTOMATION_MODES = ["live", "shadow"] as const;

/** Of a team, and global ones: each event of a team is held against all of both. */
export const MOST_AUTOMATIONS = 100;

const settings = {
  name: z.string().trim().min(1).max(100),
  /** EventBridge's pattern syntax over the whole event. */
  pattern: z.record(z.string(), Json),
  /** Literals, or templates over the event. */
  parameters: z.record(z.string().max(64), Json),
  enabled: z.boolean(),
  /** At most one run for each incident. */
  oncePerIncident: z.boolean(),
  /** After a run, no other for so long. */
  cooldownSeconds: z
    .int()
    .min(0)
    .max(7 * 24 * 3600),
  mode: z.enum(AUTOMATION_MODES),
};

/** For a new automation: whatever is left out takes its default; `teamId` is the runbook's. */
export const GivenAutomation = z.strictObject({
  runbookId: RunbookId,
  teamId: TeamScope.optional(),
  ...settings,
  parameters: settings.parameters.default({}),
  enabled: settings.enabled.default(true),
  oncePerIncident: settings.oncePerIncident.default(true),
  cooldownSeconds: settings.cooldownSeconds.default(0),
  mode: settings.mode.default("live"),
});
export type GivenAutomation = z.output<typeof GivenAutomation>;

/** For a change: whatever is left out stays as it is. Runbook and team are for life. */
export const AutomationChanges = z.strictObject(settings).partial();
export type AutomationChanges = z.output<typeof AutomationChanges>;

export const AutomationSettings = z.strictObject(settings);
export type AutomationSettings = z.output<typeof AutomationSettings>;
export const AUTOMATION_SETTINGS = Object.keys(settings) as (keyof AutomationSettings)[];

/** An automation as a caller sees it. */
export const ShownAutomation = AutomationSettings.extend({
  id: AutomationId,
  runbookId: RunbookId,
  teamId: TeamScope,
  /** Counts the changes; it is the ETag. */
  version: z.int().min(1),
  createdBy: z.string(),
  createdAt: Timestamp,
  updatedBy: z.string(),
  updatedAt: Timestamp,
});
export type ShownAutomation = z.output<typeof ShownAutomation>;

/** An automation as stored. */
export const Automation = ShownAutomation.extend({
  ...ChainHead.shape,
  deletedAt: Timestamp.nullable(),
});
export type Automation = z.output<typeof Automation>;

export function showAutomation({
  auditSequence: _sequence,
  auditHash: _hash,
  deletedAt: _deleted,
  ...shown
}: Automation): ShownAutomation {
  return shown;
}
