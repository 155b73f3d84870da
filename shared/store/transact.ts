// Transactions. Each write has a label, so that callers can tell which condition failed.
import { randomUUID } from "node:crypto";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Key } from "../contract/table.ts";
import { ConditionFailed, callTable, openTable, unavailableError, unexpectedError } from "./client.ts";
import { retryContended } from "./contention.ts";
import { toStored } from "./stored-form.ts";

type Conditioned = { condition?: string; names?: Record<string, string>; values?: Record<string, unknown> };

/** One write of a transaction. DynamoDB allows one per item. */
export type Write = Conditioned & { label: string } & (
    | { put: Record<string, unknown> }
    | { update: string; key: Key }
    | { check: Key; condition: string }
    | { remove: Key }
  );

/** Label of checks that the data behind a decision is unchanged. A failure means: read and decide again. */
export const EVIDENCE = "evidence";

/**
 * Writes all or nothing. Retries transaction conflicts and throttling with full jitter.
 * @throws ConditionFailed with the labels of the writes whose conditions failed.
 * @throws `unavailable` if conflicts or throttling persist.
 */
export async function transact(writes: readonly Write[]): Promise<void> {
  const input = {
    TransactItems: writes.map(toTransactItem),
    // One token for all attempts: DynamoDB does not apply a transaction twice if an earlier answer was lost.
    ClientRequestToken: randomUUID(),
  };
  const send = () => callTable(() => openTable().documents.send(new TransactWriteCommand(input)));
  try {
    await retryContended(send, (error) => isCancelled(error) && isTransient(error));
  } catch (error) {
    throw isCancelled(error) ? fromCancellation(error, writes) : error;
  }
}

const isCancelled = (error: unknown): error is TransactionCanceledException =>
  error instanceof TransactionCanceledException;

function fromCancellation(error: TransactionCanceledException, writes: readonly Write[]): Error {
  const failed = labelsOfFailedConditions(error, writes);
  if (failed.length > 0) return new ConditionFailed(failed, error);
  return isTransient(error) ? unavailableError(error) : unexpectedError(error);
}

function labelsOfFailedConditions(error: TransactionCanceledException, writes: readonly Write[]): string[] {
  const reasons = error.CancellationReasons ?? [];
  return writes.filter((_, i) => reasons[i]?.Code === "ConditionalCheckFailed").map((w) => w.label);
}

function isTransient(error: TransactionCanceledException): boolean {
  const transientCodes = ["None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
  return (error.CancellationReasons ?? []).every((r) => transientCodes.includes(r.Code ?? "None"));
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

function toTransactItem(write: Write): TransactItem {
  const rest = {
    TableName: openTable().table,
    ...(write.condition && { ConditionExpression: write.condition }),
    ...(write.names && { ExpressionAttributeNames: write.names }),
    ...(write.values && { ExpressionAttributeValues: write.values }),
  };
  if ("put" in write) return { Put: { ...rest, Item: toStored(write.put) } };
  if ("update" in write) return { Update: { ...rest, Key: write.key, UpdateExpression: write.update } };
  if ("remove" in write) return { Delete: { ...rest, Key: write.remove } };
  return { ConditionCheck: { ...rest, Key: write.check, ConditionExpression: write.condition } };
}
