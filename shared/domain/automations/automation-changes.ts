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
  type AutomationSettings,
  type DisabledReason,
  SETTINGS_BESIDE_APPROVAL,
} from "./automation.ts";
import { type AutomationVersion, toAutomationVersion } from "./automation-version.ts";

/**
 * The writes of one change, conditional on the audit chain of `before`; null: no automation exists yet. `version`: the
 * new version; null: the settings stay as they are.
 */
export type AutomationChange = {
  before: Automation | null;
  automation: Automation;
  version: AutomationVersion | null;
  audit: AuditEntry;
};

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
    firesSince: act.at,
    ...{ approval: null, authors: [act.actor.id], disabledReason: null, deletedAt: null },
  };
  return withVersion(null, automation, "created", act, settingsOf(automation));
}

/** Returns the act, no earlier than what is recorded of the automation. */
export const inOrder = ({ updatedAt, approval }: Automation, act: Act): Act =>
  clampTime(act, updatedAt, approval?.at ?? null);

/**
 * The settings that decide which events it fires for. A change of one is for events from then on; one of the others, as
 * of the parameters, is for those too that wait.
 */
const FIRING_SETTINGS: ReadonlySet<string> = new Set<keyof AutomationSettings>([
  "pattern",
  "enabled",
  "mode",
  "onlyWhile",
]);

/** Returns the change, or null if no setting differs. */
export function updateAutomation(
  before: Automation,
  changes: AutomationChanges,
  asked: Act,
): AutomationChange | null {
  const act = inOrder(before, asked);
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const changed: Automation = { ...before, ...given };
  const fields = AUTOMATION_SETTINGS.filter((field) => !isSameJson(before[field], changed[field]));
  if (fields.length === 0) return null;
  const automation: Automation = {
    ...changed,
    version: before.version + 1,
    ...toUpdated(act),
    ...reviewAfter(before, fields, act.actor.id),
    firesSince: fields.some((field) => FIRING_SETTINGS.has(field)) ? act.at : before.firesSince,
    disabledReason: changed.enabled ? null : before.disabledReason,
  };
  return withVersion(before, automation, "updated", act, { fields, ...settingsOf(automation) });
}

/** What is left of the approval after a change of these settings, and who has written what nobody else has approved. */
function reviewAfter(
  { approval, authors }: Automation,
  fields: readonly (keyof AutomationSettings)[],
  editor: string,
): Pick<Automation, "approval" | "authors"> {
  if (approval && fields.every((field) => SETTINGS_BESIDE_APPROVAL.includes(field)))
    return { approval, authors };
  const unreviewed = approval && !approval.selfApproved ? [] : authors;
  return { approval: null, authors: [...unreviewed.filter((author) => author !== editor), editor] };
}

/** Returns the service's own change of an automation that can start nothing any more. */
export function disableAutomation(
  before: Automation,
  disabledReason: DisabledReason,
  asked: Act,
): AutomationChange {
  const act = inOrder(before, asked);
  const { version } = before;
  const automation = { ...before, enabled: false, disabledReason, version: version + 1, ...toUpdated(act) };
  const details = { automationName: before.name, version: automation.version, reason: disabledReason };
  return withVersion(before, automation, "disabled", act, details);
}

export function deleteAutomation(before: Automation, asked: Act): AutomationChange {
  const act = inOrder(before, asked);
  const automation = { ...before, enabled: false, deletedAt: act.at };
  return withAudit(before, automation, "automation.deleted", act, { name: before.name });
}

/** Audit details: the settings that decide whether the automation fires. The pattern stays in the automation's item. */
function settingsOf({ name, version, enabled, mode, oncePerIncident, cooldown }: Automation) {
  return { name, version, enabled, mode, oncePerIncident, cooldown };
}

function withVersion(
  before: Automation | null,
  automation: Automation,
  change: AutomationVersion["change"],
  act: Act,
  details: object,
): AutomationChange {
  const changed = withAudit(before, automation, `automation.${change}`, act, details);
  return { ...changed, version: toAutomationVersion(automation, change) };
}

/** Completes a change that makes no version with its audit entry. */
export function withAudit(
  before: Automation | null,
  automation: Automation,
  action: AuditAction,
  act: Act,
  details: object,
): AutomationChange {
  const { id: automationId, runbookId, teamId } = automation;
  const { auditId: id, actor, at, salt } = act;
  const fact = { id, runbookId, automationId, teamId, action, actor, at, salt, details };
  const audit = appendToChain(before ?? EMPTY_CHAIN, fact);
  return { before, automation: { ...automation, ...toChainHead(audit) }, version: null, audit };
}
