// Audit entries: written in the transaction of the change that they record, never changed, never removed.
import { KEYS, LISTS, listKeys } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem } from "./read.ts";
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

/** Returns the keys of the list that an entry is in. Ids of entries sort by time. */
export const auditListKeys = ({ id, runbookId }: AuditEntry) => listKeys(LISTS.runbookAudit(runbookId), id);

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
