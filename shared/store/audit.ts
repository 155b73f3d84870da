// Audit entries: written in the transaction of the change that they record, never changed, never removed.
import { LISTS, listsKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SHARDS, SORT_PREFIXES, shardOf, shardsOf } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { type FoundAuditEntry, toFoundAuditEntry } from "../domain/found-audit.ts";
import { KillSwitchAuditEntry } from "../domain/kill-switches.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { type Item, parseItem, queryRange } from "./read.ts";
import type { Write } from "./transact.ts";

/** Returns the write that appends an entry. Its condition fails if the sequence number is taken. */
export function auditWrite(entry: AuditEntry): Write {
  const key = entry.executionId
    ? KEYS.executionAudit(entry.executionId, entry.sequence)
    : KEYS.runbookAudit(entry.runbookId, entry.sequence);
  return {
    label: "audit",
    put: { ...key, ...auditListKeys(entry), ...entry },
    condition: "attribute_not_exists(pk)",
  };
}

/** Returns the keys of the lists that an entry is in. */
export function auditListKeys({ id, runbookId, teamId, ranForTeamId, at }: AuditEntry) {
  const lists = [
    LISTS.runbookAudit(runbookId),
    LISTS.teamAudit(ranForTeamId ?? teamId),
    LISTS.allAudit(shardOf(id, SHARDS.audit)),
  ];
  return listsKeys(lists, sortByTime(at, id));
}

/** Every given field must hold. */
type AuditFilter = { actor?: string | undefined; action?: readonly FoundAuditEntry["action"][] | undefined };

/** Lists the visible audit entries of these scopes, changes of the pause settings included, newest first. */
export async function findAudit(
  scopes: ListScopes,
  { actor, action }: AuditFilter,
  isVisible: (entry: FoundAuditEntry) => boolean,
  page: Page,
): Promise<ListResult<FoundAuditEntry>> {
  const shards = shardsOf(SHARDS.audit);
  return listMerged({
    lists: scopes === "all" ? shards.map(LISTS.allAudit) : scopes.map(LISTS.teamAudit),
    page,
    parse: parseFoundEntry,
    keep: (entry) =>
      isVisible(entry) &&
      (actor === undefined || entry.actor === actor) &&
      (action === undefined || action.includes(entry.action)),
  });
}

const PAUSE_CHANGES = KEYS.killSwitchAudit(1).pk;

function parseFoundEntry(item: Item): FoundAuditEntry {
  if (item["pk"] !== PAUSE_CHANGES) return parseItem(AuditEntry, item);
  return toFoundAuditEntry(parseItem(KillSwitchAuditEntry, item));
}

/** Lists the visible audit entries of a runbook, its executions and its automations, newest first. */
export async function listAudit(
  runbookId: string,
  isVisible: (entry: AuditEntry) => boolean,
  page: Page,
): Promise<ListResult<AuditEntry>> {
  return listMerged({
    lists: [LISTS.runbookAudit(runbookId)],
    page,
    parse: (item) => parseItem(AuditEntry, item),
    keep: isVisible,
  });
}

/** Lists the changes of a source, newest first. */
export async function listSourceAudit(sourceId: string, page: Page): Promise<ListResult<FoundAuditEntry>> {
  return listMerged({ lists: [LISTS.sourceAudit(sourceId)], page, parse: parseFoundEntry });
}

/** Lists the entries of an automation's own chain, newest first. `before`: the last sequence number of the page before. */
export async function listAutomationAudit(
  id: string,
  { limit, before }: Page,
): Promise<ListResult<AuditEntry>> {
  const { pk } = KEYS.automationAudit(id, 1);
  const to =
    before === undefined ? `${SORT_PREFIXES.audit}~` : KEYS.automationAudit(id, Number(before) - 1).sk;
  const items = await queryRange(pk, { from: SORT_PREFIXES.audit, to, newestFirst: true, limit });
  const entries = items.map((item) => parseItem(AuditEntry, item));
  const oldest = entries.at(-1)?.sequence ?? 1;
  return { items: entries, next: oldest > 1 ? String(oldest) : null };
}
