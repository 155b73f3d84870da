// Admits a new execution: checks its slot, start rate and kill switches. The transaction checks them all again.
import { readEnvironment } from "../../contract/env.ts";
import { ServiceError } from "../../domain/errors.ts";
import {
  type ConcurrencySlots,
  decideSlot,
  MAX_QUEUED,
  toSlotKey,
} from "../../domain/executions/concurrency.ts";
import type { Execution } from "../../domain/executions/execution.ts";
import { rateOf, takeToken } from "../../domain/executions/rate-limit.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Concurrency } from "../../domain/runbooks/concurrency-policy.ts";
import { enqueueWrite, getSlots, noFreeSlotCheck, takeSlotWrite } from "../../store/concurrency-slots.ts";
import { filterExecutions } from "../../store/executions.ts";
import { getFullAtMs, takeTokenWrite } from "../../store/rate-limits.ts";
import type { Write } from "../../store/transact.ts";
import { Refusal } from "../request/refusal.ts";
import { requireOpenGate } from "./start-gate.ts";

/** Labels of the writes below, as ConditionFailed reports them. */
export const ADMISSION_LABELS = ["concurrency", "rate-limit", "kill-switch"] as const;

/** `queue`: the slots with the new execution in the queue; null if the execution starts at once. */
type Admission = { execution: Execution; writes: readonly Write[]; queue: ConcurrencySlots | null };

/**
 * Returns the writes that admit the execution, for its transaction. @throws `frozen`, `active_executions` or
 * `too_many_requests` if it may not start now. Only the transaction checks the kill switches: see `refuseIfClosed`.
 */
export async function admitExecution(
  execution: Execution,
  concurrency: Concurrency | undefined,
  parameters: JsonObject,
  now: Date,
): Promise<Admission> {
  const gate = await requireOpenGate(execution, now);
  const slot = await acquireSlot(execution, concurrency, parameters);
  const rate = await checkStartRate(execution.executedBy, now);
  return { ...slot, writes: [...gate, ...slot.writes, ...rate] };
}

async function acquireSlot(
  execution: Execution,
  concurrency: Concurrency | undefined,
  parameters: JsonObject,
): Promise<Admission> {
  if (!concurrency) return { execution, writes: [], queue: null };
  const slotKey = toSlotKey(concurrency, parameters);
  const slots = await getSlots(execution.runbookId, slotKey);
  const decision = decideSlot(slots, concurrency);
  const isQueued = decision === "wait";
  const held = { slotKey, limit: concurrency.limit, queuedAt: isQueued ? execution.createdAt : null };
  if (decision === "refuse") {
    const reached = limitReachedError(await listVisibleActive(execution, slots), concurrency);
    throw new Refusal(reached, [noFreeSlotCheck({ ...execution, concurrency: held })]);
  }
  if (decision === "full") throw queueFullError();
  const admitted = { ...execution, concurrency: held };
  return {
    execution: admitted,
    writes: [isQueued ? enqueueWrite(admitted) : takeSlotWrite(admitted)],
    queue: isQueued ? { ...slots, waiting: [...slots.waiting, execution.id].sort() } : null,
  };
}

/** Most active executions that the message names. */
const MAX_NAMED = 5;

/** Most active executions whose team is read. */
const MAX_CHECKED = 20;

/**
 * Returns the active executions that may be named. For a global runbook, these are the ones that run for the same team.
 */
async function listVisibleActive(
  { teamId, ranForTeamId }: Execution,
  { holders, waiting }: ConcurrencySlots,
): Promise<string[]> {
  const active = [...holders, ...waiting];
  if (teamId !== null) return active;
  return filterExecutions(active.slice(0, MAX_CHECKED), (other) => other.ranForTeamId === ranForTeamId);
}

function limitReachedError(active: readonly string[], { limit, key }: Concurrency): ServiceError {
  const more = active.length > MAX_NAMED ? ` and ${active.length - MAX_NAMED} more` : "";
  const scope = key === undefined ? "of this runbook" : `with this value of ${key}`;
  const limitText = `At most ${limit} ${limit === 1 ? "run" : "runs"} ${scope} may be active at a time`;
  const activeText =
    active.length > 0 ? `active: ${active.slice(0, MAX_NAMED).join(", ")}${more}` : "other runs are active";
  const message = `${limitText}; ${activeText}. Wait until one completes, or cancel one.`;
  return new ServiceError("active_executions", message);
}

function queueFullError(): ServiceError {
  const message = `${MAX_QUEUED} runs wait already: no more are queued until one of them has started.`;
  return new ServiceError("too_many_requests", message, { retryAfterSeconds: 30 });
}

async function checkStartRate(principal: string, now: Date): Promise<Write[]> {
  const { RATE_LIMIT_STARTS_PER_MINUTE: perMinute } = readEnvironment(
    ["RATE_LIMIT_STARTS_PER_MINUTE"],
    process.env,
  );
  if (perMinute === 0) return [];
  const rate = rateOf(perMinute);
  const taking = takeToken(await getFullAtMs(principal), now.getTime(), rate);
  if (taking.taken) return [takeTokenWrite(principal, taking, rate)];
  const { retryAfterSeconds } = taking;
  const message = `You may start ${perMinute} runs in a minute: try again in ${retryAfterSeconds} s.`;
  throw new ServiceError("too_many_requests", message, { retryAfterSeconds });
}
