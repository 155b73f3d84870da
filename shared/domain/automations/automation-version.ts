// Versions of an automation: its settings after each change, immutable.
import * as z from "zod";
import { byNameOf } from "../display-text.ts";
import { AutomationId, Timestamp } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import { type Difference, diffValues } from "../runbooks/diff.ts";
import { AUTOMATION_SETTINGS, type Automation, AutomationSettings } from "./automation.ts";

/** A version as stored and in responses. An approval and the deletion make none: the audit tells of them. */
export const AutomationVersion = z
  .strictObject({
    automationId: AutomationId,
    version: z.int().min(1).describe("Counts 1, 2, 3 … without gaps."),
    change: z
      .enum(["created", "updated", "disabled"])
      .describe("What made this version. `disabled`: the service, because the runbook was deleted."),
    changedBy: z.string().describe("Who made it: a token's `sub`, or `system:reconciler`."),
    changedByName: byNameOf("changedBy"),
    createdAt: Timestamp.describe("When it was made."),
    settings: AutomationSettings.describe("The settings since this version."),
  })
  .describe("One version of an automation.");
export type AutomationVersion = z.output<typeof AutomationVersion>;

/** Returns the version that this change has made of an automation. */
export function toAutomationVersion(
  automation: Automation,
  change: AutomationVersion["change"],
): AutomationVersion {
  const { id: automationId, version, updatedBy, updatedByName, updatedAt } = automation;
  const settings = Object.fromEntries(AUTOMATION_SETTINGS.map((field) => [field, automation[field]]));
  return {
    automationId,
    version,
    change,
    changedBy: updatedBy,
    changedByName: updatedByName,
    createdAt: updatedAt,
    settings: AutomationSettings.parse(settings),
  };
}

/** Compares two versions setting by setting, pattern and parameters member by member. */
export function diffSettings(from: AutomationSettings, to: AutomationSettings): Difference[] {
  return AUTOMATION_SETTINGS.flatMap((field) =>
    diffValues(field, from[field] as JsonValue, to[field] as JsonValue),
  );
}
