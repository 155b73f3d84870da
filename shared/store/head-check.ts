// The condition with which another transaction says that a runbook is still as it was decided from.
import { KEYS } from "../contract/table.ts";
import type { RunbookHead } from "../domain/runbook.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** Evidence for other transactions: the runbook is as it was read, gone or not there included. */
export function headCheck(id: string, head: RunbookHead | null): Write {
  const check = KEYS.runbookHead(id);
  if (!head) return { label: EVIDENCE, check, condition: "attribute_not_exists(pk)" };
  return {
    label: EVIDENCE,
    check,
    condition: "version = :version AND approvalStatus = :status AND deletedAt = :deleted",
    values: { ":version": head.version, ":status": head.approvalStatus, ":deleted": head.deletedAt },
  };
}
