// Conditions on a runbook in other transactions: it has not changed since it was read, and its approval holds.
import { KEYS } from "../contract/table.ts";
import type { Execution } from "../domain/executions/execution.ts";
import type { RunbookState } from "../domain/runbooks/runbook.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** Checks version, live version with its approval, and deletion. With `state` null, checks that the runbook does not exist. */
export function runbookUnchangedCheck(id: string, state: RunbookState | null): Write {
  const check = KEYS.runbookState(id);
  if (!state) return { label: EVIDENCE, check, condition: "attribute_not_exists(pk)" };
  return {
    label: EVIDENCE,
    check,
    condition:
      "version = :version AND liveVersion = :live AND approvalExpiresAt = :expiry AND deletedAt = :deleted",
    values: {
      ":version": state.version,
      ":live": state.liveVersion,
      ":expiry": state.approvalExpiresAt,
      ":deleted": state.deletedAt,
    },
  };
}

/** An execution that broke the glass passes the expiry of the approval. Nothing passes what was never approved. */
type Approved = Pick<Execution, "breakGlass">;

/** Returns `condition` and that the approval holds at this time. `condition` has the value `:none`, which is null. */
export function whileApproved(
  { breakGlass }: Approved,
  at: string,
  { condition, values }: { condition: string; values: Record<string, unknown> },
) {
  if (breakGlass) return { condition, values };
  return {
    condition: `${condition} AND (approvalExpiresAt = :none OR approvalExpiresAt > :now)`,
    values: { ...values, ":now": at },
  };
}
