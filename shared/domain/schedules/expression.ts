// Schedule expressions as Amazon EventBridge Scheduler takes them: rate(…) and cron(…). Pure.
import { findCronFaults, normalizeCron } from "./cron-fields.ts";

/** When something is due: an expression, and the IANA time zone in which its hours are. */
export type Schedule = { expression: string; timeZone: string };

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

const RATE = /^rate\((\d{1,9})\s+(minute|hour|day)(s?)\)$/;
const CRON = /^cron\((.*)\)$/s;
const MOST_DAYS = 365;

/** Of a rate: its milliseconds. Null: the expression is no rate. */
export function rateOf(expression: string): number | null {
  const found = RATE.exec(expression.trim());
  return found ? Number(found[1]) * UNIT_MS[found[2] as Unit] : null;
}

/** The six fields of a cron expression. Null: it is none. */
export const cronFieldsOf = (expression: string): string | null => CRON.exec(expression.trim())?.[1] ?? null;

/** Returns what is wrong with the form of an expression, all of it; empty: nothing is. */
export function findExpressionFaults(expression: string): string[] {
  const rate = RATE.exec(expression.trim());
  if (rate) return findRateFaults(Number(rate[1]), rate[2] as Unit, rate[3] === "s");
  const fields = cronFieldsOf(expression);
  if (fields !== null) return findCronFaults(fields);
  return [
    "must be rate(VALUE UNIT), like rate(15 minutes), or cron(FIELDS), like cron(30 9 ? * MON-FRI *) for 9:30 on weekdays",
  ];
}

/** AWS wants the unit in the singular for 1, and only then. */
function findRateFaults(value: number, unit: Unit, isPlural: boolean): string[] {
  if (value < 1) return ["must be at least rate(1 minute)"];
  if (value * UNIT_MS[unit] > MOST_DAYS * UNIT_MS.day) return [`must be at most rate(${MOST_DAYS} days)`];
  if (isPlural !== value > 1) return [`must be written rate(${value} ${unit}${value > 1 ? "s" : ""})`];
  return [];
}

/** Returns a valid expression as AWS takes it. */
export function normalizeExpression(expression: string): string {
  const fields = cronFieldsOf(expression);
  return fields === null ? expression.trim().replace(/\s+/, " ") : `cron(${normalizeCron(fields)})`;
}
