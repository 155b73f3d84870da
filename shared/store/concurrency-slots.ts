// Locks: who holds one and who waits is a set of run ids, so that taking, giving back and counting again never drift.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { type ConcurrencySlots, MAX_QUEUED } from "../domain/executions/concurrency.ts";
import type { Execution } from "../domain/executions/execution.ts";
import { ExecutionId } from "../domain/ids.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { getRecord } from "./read.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** A set of ids in their order; DynamoDB has no empty sets, so none is no attribute. */
const Ids = z
  .set(ExecutionId)
  .optional()
  .transform((ids) => [...(ids ?? [])].sort());
const SlotsRecord = z.object({ holders: Ids, waiting: Ids, revision: z.int() });

const FREE: ConcurrencySlots = { holders: [], waiting: [], revision: 0 };

/** A run of a limited runbook, as far as its lock is concerned. */
type LimitedExecution = Pick<Execution, "id" | "runbookId" | "concurrency">;

export async function getSlots(runbookId: string, lock: string): Promise<ConcurrencySlots> {
  return (await getRecord(SlotsRecord, KEYS.concurrencySlots(runbookId, lock))) ?? FREE;
}

const slotsKey = ({ runbookId, concurrency }: LimitedExecution) =>
  KEYS.concurrencySlots(runbookId, concurrency?.slotKey ?? "");

/** Takes the lock at once: only while there is room, and nobody waits. */
export function takeSlotWrite(execution: LimitedExecution): Write {
  return {
    label: "concurrency",
    key: slotsKey(execution),
    update: "ADD holders :run, revision :one",
    condition: "(attribute_not_exists(holders) OR size(holders) < :limit) AND attribute_not_exists(waiting)",
    values: { ":run": new Set([execution.id]), ":one": 1, ":limit": execution.concurrency?.limit },
  };
}

/** Evidence for other transactions: the lock is not free for one more, or somebody waits for it. */
export function noFreeSlotCheck({
  runbookId,
  concurrency,
}: Pick<LimitedExecution, "runbookId" | "concurrency">): Write {
  return {
    label: EVIDENCE,
    check: KEYS.concurrencySlots(runbookId, concurrency?.slotKey ?? ""),
    condition: "size(holders) >= :limit OR attribute_exists(waiting)",
    values: { ":limit": concurrency?.limit },
  };
}

/** Waits for the lock: only while it is not free, and the queue not full. */
export function enqueueWrite(execution: LimitedExecution): Write {
  return {
    label: "concurrency",
    key: slotsKey(execution),
    update: "ADD waiting :run, revision :one",
    condition:
      "(size(holders) >= :limit OR attribute_exists(waiting)) AND (attribute_not_exists(waiting) OR size(waiting) < :most)",
    values: {
      ":run": new Set([execution.id]),
      ":one": 1,
      ":limit": execution.concurrency?.limit,
      ":most": MAX_QUEUED,
    },
  };
}

/** What an end does to a run's lock: it is neither holder nor waiting any more. Again changes nothing. */
export function releaseSlotWrites(execution: LimitedExecution): Write[] {
  if (!execution.concurrency) return [];
  const values = { ":run": new Set([execution.id]), ":one": 1 };
  const update = "DELETE holders :run, waiting :run ADD revision :one";
  return [{ label: "concurrency", key: slotsKey(execution), update, values }];
}

/** Nothing begins without holding its lock. */
export function slotHeldChecks(execution: LimitedExecution): Write[] {
  if (!execution.concurrency) return [];
  return [
    {
      label: "concurrency",
      check: slotsKey(execution),
      condition: "contains(holders, :run)",
      values: { ":run": execution.id },
    },
  ];
}

/** Moves the run from the queue into the lock, if the lock is still as it was read. */
export async function promoteToHolder(
  execution: LimitedExecution,
  { revision }: ConcurrencySlots,
): Promise<boolean> {
  return updateSlots(execution, {
    UpdateExpression: "ADD holders :run, revision :one DELETE waiting :run",
    ConditionExpression: "revision = :read AND contains(waiting, :id)",
    ExpressionAttributeValues: {
      ":run": new Set([execution.id]),
      ":one": 1,
      ":read": revision,
      ":id": execution.id,
    },
  });
}

/** Takes a run out of a lock that it has no more to do with, if the lock is still as it was read. */
export async function evictFromSlots(
  execution: LimitedExecution,
  { revision }: ConcurrencySlots,
): Promise<boolean> {
  return updateSlots(execution, {
    UpdateExpression: "DELETE holders :run, waiting :run ADD revision :one",
    ConditionExpression: "revision = :read",
    ExpressionAttributeValues: { ":run": new Set([execution.id]), ":one": 1, ":read": revision },
  });
}

type Expressions = {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeValues: Record<string, unknown>;
};

/** False: somebody else changed the lock first. */
async function updateSlots(execution: LimitedExecution, expressions: Expressions): Promise<boolean> {
  const { documents, table: TableName } = openTable();
  try {
    await callTable(() =>
      documents.send(new UpdateCommand({ TableName, Key: slotsKey(execution), ...expressions })),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
