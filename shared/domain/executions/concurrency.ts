// Concurrency limits: which slot key an execution needs, and whether it holds a slot, waits, or is refused. Pure.
import * as z from "zod";
import { digestOf } from "../digest.ts";
import { ExecutionId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Concurrency } from "../runbooks/concurrency-policy.ts";

/** The most executions that may wait for one slot key. */
export const MAX_QUEUED = 100;

/** Hex digits: 128 bits tell the values of a parameter apart, and the execution's item stays small. */
const SLOT_KEY_LENGTH = 32;

/** Holders and waiting executions of one slot key, sorted by id. `revision` counts the changes. */
export type ConcurrencySlots = { holders: readonly string[]; waiting: readonly string[]; revision: number };

export const QueuePosition = z
  .strictObject({
    position: z.int().min(1).describe("Queue position, from 1."),
    waitingFor: z.array(ExecutionId).describe("The running executions that it waits for."),
  })
  .describe("An execution's position in the queue for a concurrency slot.");
export type QueuePosition = z.infer<typeof QueuePosition>;

/**
 * Returns the slot key: one for the runbook, or one for each value of the parameter `key`. A missing parameter counts
 * as a value.
 */
export function toSlotKey({ key }: Pick<Concurrency, "key">, parameters: JsonObject): string {
  const guarded = key === undefined ? [] : [key, Object.hasOwn(parameters, key) ? parameters[key] : null];
  return digestOf("concurrency/1", guarded).slice(0, SLOT_KEY_LENGTH);
}

/** The decision on a request for a slot. Executions that already wait go first. */
type SlotDecision = "hold" | "wait" | "refuse" | "full";

export function decideSlot(
  slots: ConcurrencySlots,
  { limit, onLimit }: Pick<Concurrency, "limit" | "onLimit">,
): SlotDecision {
  if (slots.holders.length < limit && slots.waiting.length === 0) return "hold";
  if (onLimit === "reject") return "refuse";
  return slots.waiting.length < MAX_QUEUED ? "wait" : "full";
}

/** Returns the next execution to get a slot, or null. `limit` is the limit of the first in the queue. */
export function nextInQueue(slots: ConcurrencySlots, limit: number): string | null {
  return slots.holders.length < limit ? (slots.waiting[0] ?? null) : null;
}

/** Returns the queue position of an execution, or null if it does not wait. */
export function getQueuePosition(slots: ConcurrencySlots, executionId: string): QueuePosition | null {
  const index = slots.waiting.indexOf(executionId);
  return index < 0 ? null : { position: index + 1, waitingFor: [...slots.holders] };
}
