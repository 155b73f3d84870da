// When a schedule is due. By the clock on the wall: a time that the clocks skip is left out, and one that they repeat is
// due once, the first time (EventBridge Scheduler, "Daylight savings time"). Pure.
import { Cron } from "croner";
import { toCronerPattern } from "./cron-fields.ts";
import { cronFieldsOf, rateOf, type Schedule } from "./expression.ts";

const DAY_MS = 86_400_000;

/**
 * Returns the first time after `after` at which a valid schedule is due; null: it never is again. A rate counts from
 * `after`: give a time at which it was due, or at which it began.
 */
export function findNextTick(schedule: Schedule, after: Date): Date | null {
  const rate = rateOf(schedule.expression);
  return rate === null ? findNextByClock(schedule, after) : new Date(after.getTime() + rate);
}

/**
 * Returns the last time up to `now` at which it was due after `after`, and the first one later than `now`. So what was
 * missed in between is due once.
 */
export function findDueTick(
  schedule: Schedule,
  after: Date,
  now: Date,
): { due: Date | null; next: Date | null } {
  const rate = rateOf(schedule.expression);
  if (rate !== null) return findDueOfRate(rate, after, now);
  let due: Date | null = null;
  let next = findNextTick(schedule, after);
  // Of many that were missed only the last counts: most often it is of the last day.
  const recent = next && findNextTick(schedule, new Date(Math.max(after.getTime(), now.getTime() - DAY_MS)));
  if (recent !== null && recent <= now) next = recent;
  while (next !== null && next <= now) {
    due = next;
    next = findNextTick(schedule, next);
  }
  return { due, next };
}

function findDueOfRate(rate: number, after: Date, now: Date) {
  const missed = Math.max(0, Math.floor((now.getTime() - after.getTime()) / rate));
  const at = (count: number) => new Date(after.getTime() + count * rate);
  return { due: missed > 0 ? at(missed) : null, next: at(missed + 1) };
}

function findNextByClock(schedule: Schedule, after: Date): Date | null {
  const { cron, offsetAt } = compile(schedule);
  let wall: Date | null = new Date(after.getTime() + offsetAt(after.getTime()));
  for (;;) {
    wall = cron.nextRun(wall);
    if (wall === null) return null;
    const at = toInstant(wall.getTime(), offsetAt);
    if (at !== null && at > after.getTime()) return new Date(at);
  }
}

/** Returns the first instant at which the clocks show this; null: they skip it. `wall`: as if it were UTC. */
function toInstant(wall: number, offsetAt: (at: number) => number): number | null {
  const offsets = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)];
  const instants = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at) === wall);
  return instants.length === 0 ? null : Math.min(...instants);
}

type Compiled = { cron: Cron; offsetAt: (at: number) => number };
const compiled = new Map<string, Compiled>();
const MAX_COMPILED = 200;

/** Compiling costs far more than asking. The oldest of many are forgotten. */
function compile({ expression, timeZone }: Schedule): Compiled {
  const key = `${timeZone} ${expression}`;
  const known = compiled.get(key);
  if (known) return known;
  const pattern = toCronerPattern(cronFieldsOf(expression) ?? "");
  const cron = new Cron(pattern, { mode: "7-part", timezone: "UTC", alternativeWeekdays: true });
  const made = { cron, offsetAt: offsetsOf(timeZone) };
  const [oldest] = compiled.keys();
  if (compiled.size >= MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  compiled.set(key, made);
  return made;
}

/** Returns how many milliseconds the clocks of a zone are ahead of UTC, by the time. */
function offsetsOf(timeZone: string): Compiled["offsetAt"] {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  return (at) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  };
}
