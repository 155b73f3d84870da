// A tick: what EventBridge Scheduler sends when a source's schedule is due, and whether it is reported. Pure.
import * as z from "zod";
import { SourceId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import { normalizeExpression, type Schedule } from "../schedules/expression.ts";
import { findNextTick } from "../schedules/tick-times.ts";
import type { Source } from "./source.ts";

/** What a tick says besides its time. The schedule as it was set: one that has changed since sends no more. */
export const Tick = z.strictObject({
  sourceId: SourceId,
  expression: z.string().min(1).max(256),
  timeZone: z.string().min(1).max(50),
});
export type Tick = z.output<typeof Tick>;

/** Returns the schedule that has to be set for a source; null: none. */
export function scheduleToSet({ schedule, enabled, deletedAt }: Source): Schedule | null {
  if (!schedule || !enabled || deletedAt !== null) return null;
  return { expression: normalizeExpression(schedule.expression), timeZone: schedule.timeZone };
}

/**
 * `deleted`, `disabled`, `changed`: the source is no longer as it was. `missed`: it is late, and a later tick is due
 * already, so that of several that were missed one runs. `too_old`: nothing should begin so long after its time.
 */
type TickState = "due" | "deleted" | "disabled" | "changed" | "missed" | "too_old";

/** Later than Scheduler (a minute) and a queue without a backlog (seconds) make a tick. */
const LATE_MS = 2 * 60_000;
/** As long as Scheduler itself tries at most. */
export const OLDEST_TICK_HOURS = 24;

export function judgeTick(source: Source | null, tick: Tick, scheduledAt: Date, now: Date): TickState {
  if (source === null || source.deletedAt !== null) return "deleted";
  if (!source.enabled) return "disabled";
  const set = scheduleToSet(source);
  if (set?.expression !== tick.expression || set.timeZone !== tick.timeZone) return "changed";
  const lateMs = now.getTime() - scheduledAt.getTime();
  const next = findNextTick(set, scheduledAt);
  if (lateMs > LATE_MS && next !== null && next <= now) return "missed";
  return lateMs > OLDEST_TICK_HOURS * 3_600_000 ? "too_old" : "due";
}

/** Returns the message that a tick is to the translation. `came`: with the time at which it was due. */
export function toTickMessage(
  { name, schedule }: Pick<Source, "name" | "schedule">,
  came: JsonObject,
): JsonObject {
  return { ...came, name, ...schedule };
}
