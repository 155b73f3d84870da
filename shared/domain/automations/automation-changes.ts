// State changes of an automation. Pure: the store writes them only if the automation has not changed meanwhile.
import { type AuditAction, type AuditEntry, appendToChain, EMPTY_CHAIN, toChainHead } from "../audit.ts";
import { clampTime } from "../chronology.ts";
import { type Act, toCreated, toUpdated } from "../context.ts";
import { isSameJson } from "../json.ts";
import type { Scope } from "../scopes.ts";
import {
  AUTOMATION_SETTINGS,
  type Automation,
  type AutomationChanges,
  type AutomationInput,
} from "./automation.ts";

/** The writes of one change, conditional on the stored version of `before`; null: no automation exists yet. */
export type AutomationChange = { before: Automation | null; automation: Automation; audit: AuditEntry };

export function createAutomation(
  id: string,
  teamId: Scope,
  { teamId: _asked, ...definedChanges }: AutomationInput,
  act: Act,
): AutomationChange {
  const automation: Automation = {
    ...EMPTY_CHAIN,
    ...definedChanges,
    id,
    teamId,
    version: 1,
    ...toCreated(act),
    ...toUpdated(act),
    deletedAt: null,
  };
  return withAudit(null, automation, "automation.created", act, settingsOf(automation));
}

/** Returns the change, or null if no setting differs. */
export function updateAutomation(
  before: Automation,
  changes: AutomationChanges,
  asked: Act,
): AutomationChange | null {
  const act = clampTime(asked, before.updatedAt);
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const automation: Automation = {
    ...before,
    ...given,
    version: before.version + 1,
    ...toUpdated(act),
  };
  const fields = AUTOMATION_SETTINGS.filter((field) => !isSameJson(before[field], automation[field]));
  if (fields.length === 0) return null;
  return withAudit(before, automation, "automation.updated", act, { fields, ...settingsOf(automation) });
}

export function deleteAutomation(before: Automation, asked: Act): AutomationChange {
  const act = clampTime(asked, before.updatedAt);
  const automation = { ...before, enabled: false, deletedAt: act.at };
  return withAudit(before, automation, "automation.deleted", act, { name: before.name });
}

/** Audit details: the settings that decide whether the automation fires. The pattern stays in the automation's item. */
function settingsOf({ name, version, enabled, mode, oncePerIncident, cooldownSeconds }: Automation) {
  return { name, version, enabled, mode, oncePerIncident, cooldownSeconds };
}

function withAudit(
  before: Automation | null,
  automation: Automation,
  action: AuditAction,
  act: Act,
  details: object,
): AutomationChange {
  const { id: automationId, runbookId, teamId } = automation;
  const { auditId: id, actor, at } = act;
  const fact = { id, runbookId, automationId, teamId, action, actor, at, details };
  const audit = appendToChain(before ?? EMPTY_CHAIN, fact);
  return { before, automation: { ...automation, ...toChainHead(audit) }, audit };
}
