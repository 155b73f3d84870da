// Locks: who holds one and who waits is a set of run ids, so that taking, giving back and counting again never drift.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { type Lock, MAX_WAITING } from "../domain/concurrency.ts";
import type { Execution } from "../domain/execution.ts";
import { ExecutionId } from "../domain/ids.ts";
import { ConditionFailed, call, table } from "./client.ts";
import { get } from "./read.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** A set of ids in their order; DynamoDB has no empty sets, so none is no attribute. */
const Ids = z
  .set(ExecutionId)
  .optional()
  .transform((ids) => [...(ids ?? [])].sort());
const StoredLock = z.object({ holders: Ids, waiting: Ids, revision: z.int() });

const FREE: Lock = { holders: [], waiting: [], revision: 0 };

/** A run of a limited runbook, as far as its lock is concerned. */
export type Locked = Pick<Execution, "id" | "runbookId" | "concurrency">;

export async function getLock(runbookId: string, lock: string): Promise<Lock> {
  return (await get(StoredLock, KEYS.lock(runbookId, lock))) ?? FREE;
}

const keyOf = ({ runbookId, concurrency }: Locked) => KEYS.lock(runbookId, concurrency?.lock ?? "");

/** Takes the lock at once: only while there is room, and nobody waits. */
export function holdWrite(run: Locked): Write {
  return {
    label: "lock",
    key: keyOf(run),
    update: "ADD holders :run, revision :one",
    condition: "(attribute_not_exists(holders) OR size(holders) < :limit) AND attribute_not_exists(waiting)",
    values: { ":run": new Set([run.id]), ":one": 1, ":limit": run.concurrency?.limit },
  };
}

/** Evidence for other transactions: the lock is not free for one more, or somebody waits for it. */
export function busyCheck({ runbookId, concurrency }: Pick<Locked, "runbookId" | "concurrency">): Write {
  return {
    label: EVIDENCE,
    check: KEYS.lock(runbookId, concurrency?.lock ?? ""),
    condition: "size(holders) >= :limit OR attribute_exists(waiting)",
    values: { ":limit": concurrency?.limit },
  };
}

/** Waits for the lock: only while it is not free, and the queue not full. */
export function waitWrite(run: Locked): Write {
  return {
    label: "lock",
    key: keyOf(run),
    update: "ADD waiting :run, revision :one",
    condition:
      "(size(holders) >= :limit OR attribute_exists(waiting)) AND (attribute_not_exists(waiting) OR size(waiting) < :most)",
    values: { ":run": new Set([run.id]), ":one": 1, ":limit": run.concurrency?.limit, ":most": MAX_WAITING },
  };
}

/** What an end does to a run's lock: it is neither holder nor waiting any more. Again changes nothing. */
export function releaseWrites(run: Locked): Write[] {
  if (!run.concurrency) return [];
  const values = { ":run": new Set([run.id]), ":one": 1 };
  const update = "DELETE holders :run, waiting :run ADD revision :one";
  return [{ label: "lock", key: keyOf(run), update, values }];
}

/** Nothing begins without holding its lock. */
export function holdChecks(run: Locked): Write[] {
  if (!run.concurrency) return [];
  return [
    { label: "lock", check: keyOf(run), condition: "contains(holders, :run)", values: { ":run": run.id } },
  ];
}

/** Moves the run from the queue into the lock, if the lock is still as it was read. */
export async function promote(run: Locked, { revision }: Lock): Promise<boolean> {
  return change(run, {
    UpdateExpression: "ADD holders :run, revision :one DELETE waiting :run",
    ConditionExpression: "revision = :read AND contains(waiting, :id)",
    ExpressionAttributeValues: { ":run": new Set([run.id]), ":one": 1, ":read": revision, ":id": run.id },
  });
}

/** Takes a run out of a lock that it has no more to do with, if the lock is still as it was read. */
export async function evict(run: Locked, { revision }: Lock): Promise<boolean> {
  return change(run, {
    UpdateExpression: "DELETE holders :run, waiting :run ADD revision :one",
    ConditionExpression: "revision = :read",
    ExpressionAttributeValues: { ":run": new Set([run.id]), ":one": 1, ":read": revision },
  });
}

type Expressions = {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeValues: Record<string, unknown>;
};

/** False: somebody else changed the lock first. */
async function change(run: Locked, expressions: Expressions): Promise<boolean> {
  const { documents, table: TableName } = table();
  try {
    await call(() => documents.send(new UpdateCommand({ TableName, Key: keyOf(run), ...expressions })));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
