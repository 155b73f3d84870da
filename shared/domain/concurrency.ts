// Concurrency of runs: which lock a run needs, and whether it holds it, waits for it, or is refused. Pure.
import * as z from "zod";
import type { Concurrency } from "./definition.ts";
import { digestOf } from "./digest.ts";
import { ExecutionId } from "./ids.ts";
import type { JsonObject } from "./json.ts";

/** Runs that may wait for one lock. */
export const MAX_WAITING = 100;

/** Who holds a lock and who waits for it, in the order of their ids. `revision` counts every change. */
export type Lock = { holders: readonly string[]; waiting: readonly string[]; revision: number };

export const QueuePlace = z
  .strictObject({
    position: z.int().min(1).describe("Place in the queue, from 1."),
    waitingFor: z.array(ExecutionId).describe("The executions that are under way."),
  })
  .describe("Where an execution waits for others to end.");
export type QueuePlace = z.infer<typeof QueuePlace>;

/** The lock of a run: one for the runbook, or one for each value of the parameter `key`; not given is a value too. */
export function lockFor({ key }: Pick<Concurrency, "key">, parameters: JsonObject): string {
  const guarded = key === undefined ? [] : [key, Object.hasOwn(parameters, key) ? parameters[key] : null];
  return digestOf("lock/1", guarded);
}

/** What becomes of a run that asks for the lock. Whoever waits already comes first. */
export type Place = "hold" | "wait" | "refuse" | "full";

export function placeIn(lock: Lock, { limit, onLimit }: Pick<Concurrency, "limit" | "onLimit">): Place {
  if (lock.holders.length < limit && lock.waiting.length === 0) return "hold";
  if (onLimit === "reject") return "refuse";
  return lock.waiting.length < MAX_WAITING ? "wait" : "full";
}

/** The waiting run whose turn it is, if any. `limit` is that of the first in the queue. */
export function nextInLine(lock: Lock, limit: number): string | null {
  return lock.holders.length < limit ? (lock.waiting[0] ?? null) : null;
}

/** Where a run stands in the queue; null if it does not wait. */
export function queuePlace(lock: Lock, executionId: string): QueuePlace | null {
  const index = lock.waiting.indexOf(executionId);
  return index < 0 ? null : { position: index + 1, waitingFor: [...lock.holders] };
}
