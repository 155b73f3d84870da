// Audit entries: written in the transaction of the change that they record, never changed, never removed.
import { KEYS, LISTS } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem } from "./read.ts";
import type { Write } from "./transact.ts";

/** Returns the write that appends an entry. Its condition fails if the sequence number is taken. */
export function auditWrite(entry: AuditEntry): Write {
  const key = entry.executionId
    ? KEYS.executionAudit(entry.executionId, entry.sequence)
    : KEYS.runbookAudit(entry.runbookId, entry.sequence);
  const listKeys = { runbookAudit: LISTS.runbookAudit(entry.runbookId), auditSort: entry.id };
  return { label: "audit", put: { ...key, ...listKeys, ...entry }, condition: "attribute_not_exists(pk)" };
}

/** Lists the visible audit entries of a runbook, its executions and its automations, newest first. */
export async function listAudit(
  runbookId: string,
  isVisible: (entry: AuditEntry) => boolean,
  page: Page,
): Promise<ListResult<AuditEntry>> {
  return listMerged({
    index: "audit-by-runbook",
    partitions: [LISTS.runbookAudit(runbookId)],
    page,
    parse: (item) => parseItem(AuditEntry, item),
    keep: isVisible,
  });
}
