// Makes the schedules in EventBridge Scheduler as the table says. The table is the truth, and a schedule is never changed:
// its name follows from all that it is, so that another one takes its place. The same again does nothing.
import { TICK } from "../../contract/events.ts";
import { digestOf } from "../../domain/digest.ts";
import { rateOf, type Schedule } from "../../domain/schedules/expression.ts";
import type { Source } from "../../domain/sources/source.ts";
import { OLDEST_TICK_HOURS, scheduleToSet, type Tick } from "../../domain/sources/tick.ts";
import { logger } from "../../logging/logger.ts";
import {
  createSchedule,
  deleteSchedule,
  listScheduleNames,
  toScheduleSettings,
} from "../../scheduler/schedules.ts";
import { getSource } from "../../store/sources.ts";

/** Rounds until nothing has changed meanwhile. */
const MAX_ROUNDS = 5;

/**
 * Sets, replaces or deletes the schedule of a source. Whoever has changed something looks at the source again, so of
 * several at a time the last one leaves the schedule that the table has.
 */
export async function setSchedule(sourceId: string, now: Date): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const source = await getSource(sourceId);
    const wanted = source && toWanted(source);
    const names = await listScheduleNames(`${sourceId}.`);
    const others = names.filter((name) => name !== wanted?.name);
    const isMissing = wanted !== null && !names.includes(wanted.name);
    if (others.length === 0 && !isMissing) return;
    // The new one first: if this process ends here, both tick, and only that of the table is reported.
    if (wanted && isMissing)
      await createSchedule(wanted.name, wanted.settings, firstTimeOf(wanted.schedule, now));
    for (const name of others) await deleteSchedule(name);
    logger.info("A schedule was set", { sourceId, schedule: wanted?.name ?? null, deleted: others.length });
  }
  throw new Error("The source changes faster than its schedule can be set");
}

type Wanted = { name: string; schedule: Schedule; settings: ReturnType<typeof toScheduleSettings> };

/** Returns the schedule that a source has to have; null: none. */
export function toWanted(source: Source): Wanted | null {
  const schedule = scheduleToSet(source);
  if (!schedule) return null;
  const tick: Tick = { sourceId: source.id, ...schedule };
  const settings = toScheduleSettings({
    ...schedule,
    input: JSON.stringify({
      version: "0",
      id: "<aws.scheduler.execution-id>",
      source: TICK.source,
      "detail-type": TICK.detailType,
      time: "<aws.scheduler.scheduled-time>",
      tick,
    }),
    longestSeconds: OLDEST_TICK_HOURS * 3600,
  });
  return { name: `${source.id}.${digestOf("schedule/1", settings).slice(0, 16)}`, schedule, settings };
}

/** A rate is due for the first time when its time has passed once, not at once. */
function firstTimeOf({ expression }: Schedule, now: Date): Date | null {
  const rate = rateOf(expression);
  return rate === null ? null : new Date(now.getTime() + rate);
}
