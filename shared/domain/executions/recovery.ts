// Recoveries: the first success after a failure of the same runbook and concurrency key. Pure.
import * as z from "zod";
import type { AuditEntry } from "../audit.ts";
import { ExecutionId, Timestamp } from "../ids.ts";
import { toSlotKey } from "./concurrency.ts";

/** Time and audit id of an end, `<time>#<audit id>`: ends compare as text, and no two are equal. */
const End = z.string().includes("#");
export const toEnd = ({ at, id }: Pick<AuditEntry, "at" | "id">): string => `${at}#${id}`;

/**
 * The latest failure, and the latest success that recovered from one. Both stay until the item expires: an event that
 * is delivered again, or late, is then known.
 */
export const RecoveryState = z.strictObject({
  failure: End,
  failedExecutionId: ExecutionId,
  /** The success that announces the recovery, and what it recovers from. */
  success: End.optional(),
  recoveredFailure: End.optional(),
  recoveredExecutionId: ExecutionId.optional(),
});
export type RecoveryState = z.infer<typeof RecoveryState>;

/** What a success recovers from: the latest failure before it. */
export const RecoveredFailure = z.object({
  failedExecutionId: ExecutionId.describe("The failed execution."),
  failedAt: Timestamp.describe("When it failed."),
});
export type RecoveredFailure = z.infer<typeof RecoveredFailure>;

/** How long a failure waits for its recovery, in days. */
export const RECOVERY_DAYS = 30;

/**
 * Returns what a success recovers from, or null. `isClaimed`: this success has claimed the recovery before. Otherwise it
 * must claim it, so that no other success announces it too.
 */
export function findRecovery(
  state: RecoveryState | null,
  success: string,
): { failure: RecoveredFailure; isClaimed: boolean } | null {
  if (!state) return null;
  const { recoveredFailure, recoveredExecutionId } = state;
  if (state.success === success && recoveredFailure && recoveredExecutionId) {
    return { failure: toFailure(recoveredFailure, recoveredExecutionId), isClaimed: true };
  }
  const isRecovered = state.success !== undefined && state.success > state.failure;
  if (isRecovered || state.failure > success) return null;
  return { failure: toFailure(state.failure, state.failedExecutionId), isClaimed: false };
}

const toFailure = (end: string, failedExecutionId: string): RecoveredFailure => ({
  failedExecutionId,
  failedAt: end.split("#")[0] ?? "",
});

/** Returns the beginning of a slot key: enough to tell the values of one runbook apart, and short in an audit entry. */
export const toRecoveryKey = (slotKey: string): string => slotKey.slice(0, 16);

/** Returns the key by which failures and successes of a runbook belong together. */
export function recoveryKeyOf({ details }: AuditEntry): string {
  const { recoveryKey } = details;
  return typeof recoveryKey === "string" ? recoveryKey : toRecoveryKey(toSlotKey({}, {}));
}
