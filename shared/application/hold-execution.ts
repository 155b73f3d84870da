// Holds a request for an execution until its reader would see a change, or the time is over (RFC 7240, `wait`).
import { setTimeout as pause } from "node:timers/promises";
import type { Caller } from "../domain/caller.ts";
import { digestOf } from "../domain/digest.ts";
import { mayNeedReconciliation } from "../domain/executions/execution-changes.ts";
import type { ExecutionView } from "../domain/executions/execution-view.ts";
import { readExecutionStamp } from "../store/execution-stamp.ts";
import { type ExecutionRecord, getExecutionRecord } from "../store/executions.ts";
import { getExecutionView } from "./execution-view.ts";

type TaggedView = { view: ExecutionView; tag: string };
type Hold = { seconds: number; ifNoneMatch: string | undefined };
type Outside = { now: () => number; pause: (ms: number) => Promise<unknown> };

/** Between two looks at the table. */
const LOOK_MS = 1000;

/** Requests that one process holds at once: half of what it serves, so that watchers do not keep readers out. */
const MAX_HELD = 8;
let held = 0;

/** Returns the view with its entity tag, which differs whenever the view does. */
export async function getTaggedView(record: ExecutionRecord, caller: Caller): Promise<TaggedView> {
  const view = await getExecutionView(record, caller);
  return { view, tag: `"${digestOf("execution-view/1", view).slice(0, 32)}"` };
}

/**
 * Waits while the view has the tag that the caller has seen, by default the one that it has now. Returns the current
 * view; null if too many requests are held already.
 */
export async function holdExecution(
  record: ExecutionRecord,
  caller: Caller,
  hold: Hold,
  outside: Outside = { now: Date.now, pause },
): Promise<TaggedView | null> {
  if (held >= MAX_HELD) return null;
  held++;
  try {
    return await waitForChange(record, caller, hold, outside);
  } finally {
    held--;
  }
}

async function waitForChange(
  first: ExecutionRecord,
  caller: Caller,
  { seconds, ifNoneMatch }: Hold,
  outside: Outside,
): Promise<TaggedView> {
  const until = outside.now() + seconds * 1000;
  let record = first;
  // Before the whole is read: a change in between is found at the next look.
  let stamp = await readExecutionStamp(record);
  const read = async () => {
    record = (await getExecutionRecord(record.execution.id)) ?? record;
    return getTaggedView(record, caller);
  };
  let current = await read();
  const seen = readTags(ifNoneMatch) ?? [current.tag];
  const isSame = () => seen.includes(current.tag) && mayNeedReconciliation(record.execution);
  while (isSame() && outside.now() + LOOK_MS <= until) {
    await outside.pause(LOOK_MS);
    const next = await readExecutionStamp(record);
    if (next === stamp) continue;
    stamp = next;
    current = await read();
  }
  return current;
}

/** Reads `If-None-Match`; null: the caller names no state. */
function readTags(ifNoneMatch: string | undefined): string[] | null {
  if (ifNoneMatch === undefined || ifNoneMatch.trim() === "*") return null;
  return ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
}
