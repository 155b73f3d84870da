// Admission of a new run: its lock, its principal's rate, and no switch on pause; all decided again by the transaction.
import { readEnvironment } from "../contract/env.ts";
import { type Lock, lockFor, MAX_WAITING, placeIn } from "../domain/concurrency.ts";
import { paused } from "../domain/controls.ts";
import type { Concurrency } from "../domain/definition.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Execution } from "../domain/execution.ts";
import type { JsonObject } from "../domain/json.ts";
import { rateOf, take } from "../domain/rate-limit.ts";
import { pauseChecks, pausedCheck, pauseOf } from "../store/controls.ts";
import { onlyRuns } from "../store/executions.ts";
import { busyCheck, getLock, holdWrite, waitWrite } from "../store/locks.ts";
import { bucketOf, takeWrite } from "../store/rate-limits.ts";
import type { Write } from "../store/transact.ts";
import { Refusal } from "./refusal.ts";

/** The labels of the writes below, as ConditionFailed names them. */
export const ADMISSION_LABELS = ["lock", "rate", "control"] as const;

/** `isQueued`: stored, but not to be started before its turn. */
export type Admission = { execution: Execution; writes: readonly Write[]; isQueued: boolean };

/**
 * What is to be written with the new run. Throws `active_executions` or `too_many_requests` where it may not start now.
 * Whether it is paused only the transaction asks: see `refuseIfPaused`.
 */
export async function admitRun(
  execution: Execution,
  concurrency: Concurrency | undefined,
  parameters: JsonObject,
  now: Date,
): Promise<Admission> {
  const place = await placeOf(execution, concurrency, parameters);
  const rate = await rateWrites(execution.executedBy, now);
  return { ...place, writes: [...pauseChecks(execution), ...place.writes, ...rate] };
}

async function placeOf(
  execution: Execution,
  concurrency: Concurrency | undefined,
  parameters: JsonObject,
): Promise<Admission> {
  if (!concurrency) return { execution, writes: [], isQueued: false };
  const id = lockFor(concurrency, parameters);
  const lock = await getLock(execution.runbookId, id);
  const place = placeIn(lock, concurrency);
  const isQueued = place === "wait";
  const held = { lock: id, limit: concurrency.limit, queuedAt: isQueued ? execution.createdAt : null };
  if (place === "refuse") {
    const reached = limitReached(await namedFor(execution, lock), concurrency);
    throw new Refusal(reached, [busyCheck({ ...execution, concurrency: held })]);
  }
  if (place === "full") throw queueFull();
  const admitted = { ...execution, concurrency: held };
  return { execution: admitted, writes: [isQueued ? waitWrite(admitted) : holdWrite(admitted)], isQueued };
}

/** Names at most this many of the runs that are under way. */
const NAMED = 5;

/** Runs that are looked at for their team. */
const LOOKED_AT = 20;

/** The runs in the way, as far as they may be named: of a global runbook, those for the same team. */
async function namedFor({ teamId, ranForTeamId }: Execution, { holders, waiting }: Lock): Promise<string[]> {
  const active = [...holders, ...waiting];
  if (teamId !== null) return active;
  return onlyRuns(active.slice(0, LOOKED_AT), (other) => other.ranForTeamId === ranForTeamId);
}

function limitReached(active: readonly string[], { limit, key }: Concurrency): RunbookError {
  const more = active.length > NAMED ? ` and ${active.length - NAMED} more` : "";
  const scope = key === undefined ? "of this runbook" : `with this value of ${key}`;
  const runs = `At most ${limit} ${limit === 1 ? "run" : "runs"} ${scope} may be active at a time`;
  const named =
    active.length > 0 ? `active: ${active.slice(0, NAMED).join(", ")}${more}` : "others run it now";
  const message = `${runs}; ${named}. Wait for the end, or cancel first.`;
  return new RunbookError("active_executions", message);
}

function queueFull(): RunbookError {
  const message = `${MAX_WAITING} runs wait already: no more are queued until one of them has started.`;
  return new RunbookError("too_many_requests", message, { retryAfterSeconds: 30 });
}

async function rateWrites(principal: string, now: Date): Promise<Write[]> {
  const { RATE_LIMIT_STARTS_PER_MINUTE: perMinute } = readEnvironment(
    ["RATE_LIMIT_STARTS_PER_MINUTE"],
    process.env,
  );
  if (perMinute === 0) return [];
  const rate = rateOf(perMinute);
  const taking = take(await bucketOf(principal), now.getTime(), rate);
  if (taking.taken) return [takeWrite(principal, taking, rate)];
  const { retryAfterSeconds } = taking;
  const message = `You may start ${perMinute} runs in a minute: try again in ${retryAfterSeconds} s.`;
  throw new RunbookError("too_many_requests", message, { retryAfterSeconds });
}

/** Throws `not_permitted` with who paused new runs, since when and why, if a switch stands on pause. */
export async function refuseIfPaused(run: Pick<Execution, "teamId" | "ranForTeamId">): Promise<void> {
  const control = await pauseOf(run);
  if (control) throw new Refusal(paused(control), [pausedCheck(control)]);
}
