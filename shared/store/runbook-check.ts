// The condition with which another transaction says that a runbook is still as it was decided from.
import { KEYS } from "../contract/table.ts";
import type { RunbookState } from "../domain/runbooks/runbook.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** Evidence for other transactions: the runbook is as it was read, gone or not there included. */
export function runbookUnchangedCheck(id: string, state: RunbookState | null): Write {
  const check = KEYS.runbookState(id);
  if (!state) return { label: EVIDENCE, check, condition: "attribute_not_exists(pk)" };
  return {
    label: EVIDENCE,
    check,
    condition: "version = :version AND approvalStatus = :status AND deletedAt = :deleted",
    values: { ":version": state.version, ":status": state.approvalStatus, ":deleted": state.deletedAt },
  };
}
