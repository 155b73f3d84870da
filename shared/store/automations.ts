// Automations: reads, lists by scope or runbook, and conditional writes that fail on concurrent changes.

import { LISTS, type List, listsKeys } from "../contract/lists.ts";
import { KEYS, SHARDS, shardOf, shardsOf } from "../contract/table.ts";
import { Automation } from "../domain/automations/automation.ts";
import type { AutomationChange } from "../domain/automations/automation-changes.ts";
import { ServiceError } from "../domain/errors.ts";
import type { ListScopes, Scope } from "../domain/scopes.ts";
import { auditListKeys } from "./audit.ts";
import { automationVersionWrite } from "./automation-versions.ts";
import { ConditionFailed } from "./client.ts";
import { jsonText } from "./codecs.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { getRecord, type Item, parseItem, queryListPage } from "./read.ts";
import type { Conflicts } from "./retry-on-conflict.ts";
import type { SaveOptions } from "./runbooks.ts";
import { EVIDENCE, transact, type Write } from "./transact.ts";

const AutomationRecord = Automation.extend({
  pattern: jsonText.pipe(Automation.shape.pattern),
  parameters: jsonText.pipe(Automation.shape.parameters),
});
const parse = (item: Item) => parseItem(AutomationRecord, item);

/** Returns the automation, or null if it is absent or deleted. `"deleted too"` includes deleted automations. */
export async function getAutomation(id: string, deleted?: "deleted too"): Promise<Automation | null> {
  const found = await getRecord(AutomationRecord, KEYS.automation(id));
  return found && (deleted || found.deletedAt === null) ? found : null;
}

/** @throws `precondition_failed` if `ifMatch` names another version than the stored one. */
export function requireAutomationMatch(ifMatch: number | undefined, { version }: Automation): void {
  if (ifMatch === undefined || ifMatch === version) return;
  const message = `If-Match asks for version ${ifMatch}, but the automation is at version ${version}: read it again.`;
  throw new ServiceError("precondition_failed", message);
}

/**
 * Writes automation, audit entry and the new version, if there is one, in one transaction. @throws ConditionFailed if
 * the automation changed concurrently, or a check among `extraWrites` failed.
 */
export async function writeAutomation(
  { before, automation, version, audit }: AutomationChange,
  extraWrites: readonly Write[] = [],
): Promise<void> {
  const auditKey = KEYS.automationAudit(automation.id, audit.sequence);
  await transact([
    {
      label: "automation",
      put: automationItem(automation),
      ...(before ? unchangedCondition(before) : { condition: "attribute_not_exists(pk)" }),
    },
    {
      label: "audit",
      put: { ...auditKey, ...auditListKeys(audit), ...audit },
      condition: "attribute_not_exists(pk)",
    },
    ...(version ? [automationVersionWrite(version)] : []),
    ...extraWrites,
  ]);
}

const CHANGED_MESSAGE = "Somebody else changed the automation at the same time: read it again, then decide.";

/** For changes that hold for the automation as somebody else has changed it meanwhile, or say why they do not. */
export const AUTOMATION_CHANGED: Conflicts = {
  tries: 5,
  isConflict: () => true,
  giveUp: (cause) => new ServiceError("version_conflict", CHANGED_MESSAGE, { cause }),
};

/**
 * Like `writeAutomation`, for a change that its caller has decided from what it read.
 * @throws `version_conflict`, or `precondition_failed` with `ifMatch`, if the automation changed concurrently.
 * @throws ConditionFailed with the label `evidence` if only a check among `extraWrites` failed.
 */
export async function saveAutomation(
  change: AutomationChange,
  { ifMatch, extraWrites = [] }: SaveOptions = {},
): Promise<void> {
  if (change.before) requireAutomationMatch(ifMatch, change.before);
  try {
    await writeAutomation(change, extraWrites);
  } catch (error) {
    if (!(error instanceof ConditionFailed) || error.labels.every((label) => label === EVIDENCE)) throw error;
    const code = ifMatch === undefined ? "version_conflict" : "precondition_failed";
    throw new ServiceError(code, CHANGED_MESSAGE, { cause: error });
  }
}

const UNCHANGED = "auditSequence = :sequence AND deletedAt = :none";
const unchangedCondition = ({ auditSequence }: Automation) => ({
  condition: UNCHANGED,
  values: { ":sequence": auditSequence, ":none": null },
});

/** For other transactions: a condition check with the label `automation`. It fails if the automation has changed. */
export function automationUnchangedCheck(automation: Automation): Write {
  return {
    label: "automation",
    check: KEYS.automation(automation.id),
    ...unchangedCondition(automation),
  };
}

function automationItem(automation: Automation): Item {
  const { id, teamId, runbookId, enabled } = automation;
  const lists = [
    LISTS.teamAutomations(teamId),
    LISTS.runbookAutomations(runbookId),
    LISTS.automationsInState(enabled, shardOf(id, SHARDS.automations)),
  ];
  return {
    ...KEYS.automation(id),
    ...(automation.deletedAt === null && listsKeys(lists, id)),
    ...automation,
    pattern: JSON.stringify(automation.pattern),
    parameters: JSON.stringify(automation.parameters),
  };
}

type AutomationFilter = {
  /** Lists only automations of this runbook. */
  runbookId?: string | undefined;
  enabled?: boolean | undefined;
  mode?: Automation["mode"] | undefined;
  /** Whether somebody has approved what it starts. */
  approved?: boolean | undefined;
  isVisible: (automation: Automation) => boolean;
};

/** Lists the visible automations of these scopes, or of one runbook, newest first. */
export async function listAutomations(
  scopes: ListScopes,
  filter: AutomationFilter,
  page: Page,
): Promise<ListResult<Automation>> {
  const { enabled, mode, approved, isVisible } = filter;
  return listMerged({
    lists: chooseLists(scopes, filter),
    page,
    parse,
    keep: (automation) =>
      isVisible(automation) &&
      (enabled === undefined || automation.enabled === enabled) &&
      (mode === undefined || automation.mode === mode) &&
      (approved === undefined || (automation.approval !== null) === approved),
  });
}

function chooseLists(scopes: ListScopes, { runbookId, enabled }: AutomationFilter): List[] {
  if (runbookId !== undefined) return [LISTS.runbookAutomations(runbookId)];
  if (scopes !== "all") return scopes.map(LISTS.teamAutomations);
  const shards = shardsOf(SHARDS.automations);
  const states = enabled === undefined ? [true, false] : [enabled];
  return states.flatMap((state) => shards.map((shard) => LISTS.automationsInState(state, shard)));
}

const PAGE = 100;

/** Returns whether a scope has at least `count` automations. The index lags, so recent ones may be missing. */
export async function hasAutomations(scope: Scope, count: number): Promise<boolean> {
  const { items } = await queryListPage(LISTS.teamAutomations(scope), undefined, count);
  return items.length >= count;
}

/**
 * Returns the ids of all automations that a team's events can trigger: the team's own and the global ones. The index
 * lags: read each automation by id before deciding.
 */
export async function listAutomationIds(teamId: string): Promise<string[]> {
  const scopes: Scope[] = [teamId, null];
  return (await Promise.all(scopes.map((scope) => listIds(LISTS.teamAutomations(scope))))).flat();
}

async function listIds(list: List): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { items, more } = await queryListPage(list, ids.at(-1), PAGE);
    ids.push(...items.map((item) => String(item["listSort"])));
    if (!more) return ids;
  }
}
