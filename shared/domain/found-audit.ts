// Audit entries of all kinds in one shape: changes of runbooks, executions and automations, and of the pause settings.
import * as z from "zod";
import { AUDIT_ACTIONS, AuditEntry } from "./audit.ts";
import { ERASURE_ACTIONS } from "./erasure.ts";
import { RunbookId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import {
  FREEZE_WINDOW_ACTIONS,
  KILL_SWITCH_ACTIONS,
  type KillSwitchAuditEntry,
  SOURCE_ACTIONS,
} from "./kill-switches.ts";

export const FOUND_AUDIT_ACTIONS = [
  ...AUDIT_ACTIONS,
  ...KILL_SWITCH_ACTIONS,
  ...FREEZE_WINDOW_ACTIONS,
  ...SOURCE_ACTIONS,
  ...ERASURE_ACTIONS,
] as const;

export const FoundAuditEntry = AuditEntry.extend({
  runbookId: RunbookId.nullable().describe(
    "The runbook that the entry is about; null: a pause setting, a freeze window, a source or an erasure.",
  ),
  action: z.enum(FOUND_AUDIT_ACTIONS).describe("The action."),
}).describe(
  "One entry of the audit trail over all runbooks, the changes of pause settings, freeze windows and sources, and erasures, included.",
);
export type FoundAuditEntry = z.infer<typeof FoundAuditEntry>;

/** Shows a change of a pause setting, freeze window or source to those who may see it: `teamId` is its scope, null: everyone. */
export function toFoundAuditEntry({
  scope,
  reason,
  freezeWindow,
  source,
  erasure,
  ...entry
}: KillSwitchAuditEntry): FoundAuditEntry {
  const about = { runbookId: null, executionId: null, automationId: null, eventId: null };
  return {
    ...entry,
    ...about,
    teamId: scope,
    ranForTeamId: scope,
    details: toDetails({ reason, freezeWindow, source, erasure }),
  };
}

type About = Pick<KillSwitchAuditEntry, "reason" | "freezeWindow" | "source" | "erasure">;

/** Without the members that are not there. */
function toDetails({ reason, freezeWindow, source, erasure }: About): JsonObject {
  if (erasure) return { erasure, reason };
  if (freezeWindow) return { freezeWindow };
  if (!source) return { reason };
  const { fields, ...facts } = source;
  return { source: { ...facts, ...(fields && { fields }) } };
}
