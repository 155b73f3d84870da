// Tells by a few small reads whether an execution has changed since it was read as a whole.
import { KEYS, type Key } from "../contract/table.ts";
import { mayChange } from "../domain/executions/attempts.ts";
import type { ExecutionRecord } from "./executions.ts";
import { getItem } from "./read.ts";

/**
 * Returns a text that differs if a reader of the execution would see a change: of its status, its attempt, its callback
 * or its place in a queue. Only texts for the same record compare.
 */
export async function readExecutionStamp(
  record: Pick<ExecutionRecord, "execution" | "attempts">,
): Promise<string> {
  const items = await Promise.all(listKeys(record).map(getItem));
  return JSON.stringify(items, (_name, value: unknown) => (value instanceof Set ? [...value] : value));
}

/** A settled attempt holds its answer and never changes, so it is left out. */
function listKeys({ execution, attempts }: Pick<ExecutionRecord, "execution" | "attempts">): readonly Key[] {
  const { id, runbookId, status, attemptsClaimed, callbackTimeoutSeconds, concurrency } = execution;
  const last = attempts.find(({ number }) => number === attemptsClaimed);
  const isOpen = attemptsClaimed > 0 && (!last || mayChange(last));
  const isQueued = status === "PENDING" && concurrency?.queuedAt;
  return [
    KEYS.execution(id),
    ...(isOpen ? [KEYS.attempt(id, attemptsClaimed)] : []),
    ...(callbackTimeoutSeconds === undefined ? [] : [KEYS.callback(id)]),
    ...(isQueued ? [KEYS.concurrencySlots(runbookId, concurrency.slotKey)] : []),
  ];
}
