// Concurrency slots: holders and waiting executions are sets of ids. Repeated writes cannot make the counts drift.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { type ConcurrencySlots, MAX_QUEUED } from "../domain/executions/concurrency.ts";
import type { Execution } from "../domain/executions/execution.ts";
import { ExecutionId } from "../domain/ids.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { getRecord } from "./read.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** A set of ids, sorted. DynamoDB has no empty sets, so a missing attribute means no ids. */
const Ids = z
  .set(ExecutionId)
  .optional()
  .transform((ids) => [...(ids ?? [])].sort());
const SlotsRecord = z.object({ holders: Ids, waiting: Ids, revision: z.int() });

const FREE: ConcurrencySlots = { holders: [], waiting: [], revision: 0 };

/** The fields that identify an execution's concurrency slot. */
type LimitedExecution = Pick<Execution, "id" | "runbookId" | "concurrency">;

export async function getSlots(runbookId: string, slotKey: string): Promise<ConcurrencySlots> {
  return (await getRecord(SlotsRecord, KEYS.concurrencySlots(runbookId, slotKey))) ?? FREE;
}

const slotsKey = ({ runbookId, concurrency }: LimitedExecution) =>
  KEYS.concurrencySlots(runbookId, concurrency?.slotKey ?? "");

/** Takes a slot. The condition fails if no slot is free or another execution waits. */
export function takeSlotWrite(execution: LimitedExecution): Write {
  return {
    label: "concurrency",
    key: slotsKey(execution),
    update: "ADD holders :run, revision :one",
    condition: "(attribute_not_exists(holders) OR size(holders) < :limit) AND attribute_not_exists(waiting)",
    values: { ":run": new Set([execution.id]), ":one": 1, ":limit": execution.concurrency?.limit },
  };
}

/** For other transactions: checks that no slot is free, or that an execution waits for one. */
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

/** Takes a queue position. The condition fails if a slot is free or the queue is full. */
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

/** Releases the execution's slot or queue position. Idempotent. */
export function releaseSlotWrites(execution: LimitedExecution): Write[] {
  if (!execution.concurrency) return [];
  const values = { ":run": new Set([execution.id]), ":one": 1 };
  const update = "DELETE holders :run, waiting :run ADD revision :one";
  return [{ label: "concurrency", key: slotsKey(execution), update, values }];
}

/** Checks that the execution holds a concurrency slot before it begins. */
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

/** Moves the execution from the queue into a slot. Returns false if the slots have changed since they were read. */
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

/** Removes an execution that no longer needs its slot. Returns false if the slots have changed since they were read. */
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

/** Returns false if another write changed the slots first. */
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
