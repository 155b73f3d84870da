// A condition check for other transactions: the runbook has not changed since it was read.
import { KEYS } from "../contract/table.ts";
import type { RunbookState } from "../domain/runbooks/runbook.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** Checks version, live version and deletion. With `state` null, checks that the runbook does not exist. */
export function runbookUnchangedCheck(id: string, state: RunbookState | null): Write {
  const check = KEYS.runbookState(id);
  if (!state) return { label: EVIDENCE, check, condition: "attribute_not_exists(pk)" };
  return {
    label: EVIDENCE,
    check,
    condition: "version = :version AND liveVersion = :live AND deletedAt = :deleted",
    values: { ":version": state.version, ":live": state.liveVersion, ":deleted": state.deletedAt },
  };
}
