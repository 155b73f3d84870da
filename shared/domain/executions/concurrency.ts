// Concurrency of runs: which lock a run needs, and whether it holds it, waits for it, or is refused. Pure.
import * as z from "zod";
import { digestOf } from "../digest.ts";
import { ExecutionId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Concurrency } from "../runbooks/definition.ts";

/** Runs that may wait for one lock. */
export const MAX_QUEUED = 100;

/** Who holds a lock and who waits for it, in the order of their ids. `revision` counts every change. */
export type ConcurrencySlots = { holders: readonly string[]; waiting: readonly string[]; revision: number };

export const QueuePosition = z
  .strictObject({
    position: z.int().min(1).describe("Place in the queue, from 1."),
    waitingFor: z.array(ExecutionId).describe("The executions that are under way."),
  })
  .describe("Where an execution waits for others to end.");
export type QueuePosition = z.infer<typeof QueuePosition>;

/** The lock of a run: one for the runbook, or one for each value of the parameter `key`; not given is a value too. */
export function toSlotKey({ key }: Pick<Concurrency, "key">, parameters: JsonObject): string {
  const guarded = key === undefined ? [] : [key, Object.hasOwn(parameters, key) ? parameters[key] : null];
  return digestOf("lock/1", guarded);
}

/** What becomes of a run that asks for the lock. Whoever waits already comes first. */
export type SlotDecision = "hold" | "wait" | "refuse" | "full";

export function decideSlot(
  slots: ConcurrencySlots,
  { limit, onLimit }: Pick<Concurrency, "limit" | "onLimit">,
): SlotDecision {
  if (slots.holders.length < limit && slots.waiting.length === 0) return "hold";
  if (onLimit === "reject") return "refuse";
  return slots.waiting.length < MAX_QUEUED ? "wait" : "full";
}

/** The waiting run whose turn it is, if any. `limit` is that of the first in the queue. */
export function nextInQueue(slots: ConcurrencySlots, limit: number): string | null {
  return slots.holders.length < limit ? (slots.waiting[0] ?? null) : null;
}

/** Where a run stands in the queue; null if it does not wait. */
export function getQueuePosition(slots: ConcurrencySlots, executionId: string): QueuePosition | null {
  const index = slots.waiting.indexOf(executionId);
  return index < 0 ? null : { position: index + 1, waitingFor: [...slots.holders] };
}
