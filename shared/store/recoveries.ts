// The latest failure of each runbook and concurrency key, and the success that recovered from it.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { KEYS, type Key } from "../contract/table.ts";
import type { AuditEntry } from "../domain/audit.ts";
import {
  findRecovery,
  RECOVERY_DAYS,
  type RecoveredFailure,
  RecoveryState,
  recoveryKeyOf,
  toEnd,
} from "../domain/executions/recovery.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";

const keyOf = (entry: AuditEntry): Key => KEYS.recovery(entry.runbookId, recoveryKeyOf(entry));

/** Notes a failure, unless a newer failure is noted, or a success that came after it has recovered already. */
export async function noteFailure(entry: AuditEntry): Promise<void> {
  await update(entry, {
    set: "failure = :failure, failedExecutionId = :execution",
    condition:
      "(attribute_not_exists(failure) OR failure < :failure) AND (attribute_not_exists(success) OR success < :failure)",
    values: { ":failure": toEnd(entry), ":execution": entry.executionId },
  });
}

/** How often a recovery is decided again because another end came in between. */
const TRIES = 10;

/**
 * Returns what this success recovers from, or null. Claims the recovery: no other success gets it, and this one gets it
 * again if it asks again. @throws Error if other ends keep coming in between.
 */
export async function claimRecovery(entry: AuditEntry): Promise<RecoveredFailure | null> {
  const success = toEnd(entry);
  for (let count = 0; count < TRIES; count++) {
    const state = await getRecord(RecoveryState, keyOf(entry));
    const found = findRecovery(state, success);
    if (!found || !state || found.isClaimed || (await tryClaim(entry, state))) return found?.failure ?? null;
  }
  throw new Error("The ends of a runbook keep changing what is to be recovered");
}

async function tryClaim(entry: AuditEntry, { failure, failedExecutionId }: RecoveryState): Promise<boolean> {
  return update(entry, {
    set: "success = :success, recoveredFailure = :failure, recoveredExecutionId = :execution",
    condition: "failure = :failure AND (attribute_not_exists(success) OR success < :failure)",
    values: { ":success": toEnd(entry), ":failure": failure, ":execution": failedExecutionId },
  });
}

type Change = { set: string; condition: string; values: Record<string, unknown> };

/** Returns false if the condition does not hold. */
async function update(entry: AuditEntry, { set, condition, values }: Change): Promise<boolean> {
  const { documents, table: TableName } = openTable();
  const expiresAt = epochSeconds(new Date(entry.at)) + RECOVERY_DAYS * 24 * 3600;
  const command = new UpdateCommand({
    TableName,
    Key: keyOf(entry),
    UpdateExpression: `SET ${set}, expiresAt = :expiresAt`,
    ConditionExpression: condition,
    ExpressionAttributeValues: { ...values, ":expiresAt": expiresAt },
  });
  try {
    await callTable(() => documents.send(command));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
