// What is wrong with the schedule of a source: its form, its time zone, and whether it is ever due. Pure.
import type { Issue } from "../errors.ts";
import { isTimeZone } from "../freeze/schedule.ts";
import { findExpressionFaults, type Schedule } from "../schedules/expression.ts";
import { findNextTick } from "../schedules/tick-times.ts";

const EXPRESSION = "/schedule/expression";

export function findScheduleIssues({ expression, timeZone }: Schedule): Issue[] {
  const faults = findExpressionFaults(expression).map((message) => ({ pointer: EXPRESSION, message }));
  return isWrittenAsAws(timeZone) && isTimeZone(timeZone)
    ? faults
    : [
        ...faults,
        {
          pointer: "/schedule/timeZone",
          message:
            "must be an IANA time zone in its own capitals, like Europe/Berlin, America/New_York or UTC",
        },
      ];
}

/** AWS tells capitals apart in names of zones; the language does not. */
const isWrittenAsAws = (zone: string) => /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(zone);

/** Of a schedule that is otherwise right. `from`: now. */
export function findNeverDue(schedule: Schedule, from: Date): Issue[] {
  if (findNextTick(schedule, from) !== null) return [];
  const message =
    "is never due: no day has this date in a year that is still to come, or the clocks skip its hour. Change its day, month, year or hour";
  return [{ pointer: EXPRESSION, message }];
}
