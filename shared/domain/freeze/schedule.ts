// When a freeze window begins and ends: cron beginnings in a time zone, elapsed minutes to the end.
import { Cron } from "croner";

/** The times of a window. `durationMinutes` are elapsed minutes: a change of the clocks does not stretch them. */
export type Schedule = { schedule: string; durationMinutes: number; timeZone: string };

/** One occurrence of a window: from `beginsAt` to before `endsAt`. */
type Occurrence = { beginsAt: Date; endsAt: Date };

const MINUTE_MS = 60_000;

/** As many beginnings are compared to find two that are too close: a year of daily ones, both clock changes included. */
const COMPARED_BEGINNINGS = 500;

/** Whether Intl knows the zone by this IANA name. Offsets such as `+02:00` are refused: they know no clock changes. */
export function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Returns what is wrong with a cron expression, or null. */
export function findScheduleFault(schedule: string): string | null {
  if (schedule.trim().split(/\s+/).length !== 5)
    return "must have five fields, minute hour day month weekday, like 0 22 * * 5";
  try {
    compile({ schedule, timeZone: "UTC" });
    return null;
  } catch {
    return "is no cron expression: fields are numbers, names like MON, ranges 1-5, lists 1,3 and steps */15";
  }
}

/**
 * A beginning that the clocks skip is at the end of the gap. One that they repeat is the first of the two. Compiled
 * expressions are kept by their windows: see `cronOf`.
 */
function compile({ schedule, timeZone }: Omit<Schedule, "durationMinutes">): Cron {
  return new Cron(schedule, { mode: "5-part", timezone: timeZone });
}

const compiled = new WeakMap<object, Cron>();

/** Compiling costs ten times as much as asking: once for each window that is held in memory. */
function cronOf(window: Schedule): Cron {
  const known = compiled.get(window) ?? compile(window);
  compiled.set(window, known);
  return known;
}

const endOf = (beginsAt: Date, { durationMinutes }: Schedule) =>
  new Date(beginsAt.getTime() + durationMinutes * MINUTE_MS);

/** Returns the occurrence at this time, or else the next one; null: it never begins again. */
export function findOccurrence(window: Schedule, at: Date): Occurrence | null {
  const after = new Date(at.getTime() - window.durationMinutes * MINUTE_MS);
  const beginsAt = cronOf(window).nextRun(after);
  return beginsAt && { beginsAt, endsAt: endOf(beginsAt, window) };
}

export const isWithin = (occurrence: Occurrence | null, at: Date): boolean =>
  occurrence !== null && occurrence.beginsAt <= at && at < occurrence.endsAt;

/**
 * Returns why these times make no window: it never begins, or it begins again before it has ended. Null: they do.
 * `from`: the time to look from.
 */
export function findTimesFault(window: Schedule, from: Date): "never_begins" | { overlapsAt: Date } | null {
  let before = cronOf(window).nextRun(from);
  if (!before) return "never_begins";
  for (let n = 1; n < COMPARED_BEGINNINGS; n++) {
    const next = cronOf(window).nextRun(before);
    if (!next) return null;
    if (next <= endOf(before, window)) return { overlapsAt: next };
    before = next;
  }
  return null;
}
