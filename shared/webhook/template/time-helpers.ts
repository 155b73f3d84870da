// Helpers of times: ISO 8601 with an offset, or a date.
import type { JsonValue } from "../../domain/json.ts";
import { checkDateCall, type DateCall } from "./date-patterns.ts";
import { formatTime, parseTime } from "./dates.ts";
import { type Argument, type Helper, type HelperResult, textOf } from "./helper-types.ts";
import { INTEGER, TEXT } from "./shape.ts";

const NO_TIME = "is not an ISO 8601 time with its offset";
const ONLY_DATE = "is a date without a time: pass a date-time";
const ISO_PATTERN = "yyyy-MM-ddTHH:mm:ss.SSSZ";
const DATE_PATTERN = "yyyy-MM-dd";

function epochHelper(usage: string, millisPerUnit: number): Helper {
  return {
    usage,
    arguments: { least: 1, most: 1 },
    takes: ["text"],
    nulls: "passed on",
    gives: INTEGER,
    run: ([value]) => withInstant(value, (instant) => Math.floor(instant.getTime() / millisPerUnit)),
    check: dateProblem,
  };
}

export const TIME_HELPERS = {
  dateFormat: {
    usage: 'dateFormat time "yyyy-MM-dd HH:mm" "Europe/Berlin"',
    arguments: { least: 1, most: 3 },
    takes: ["text"],
    nulls: "passed on",
    gives: TEXT,
    run: ([value, pattern, timeZone]) => format(textOf(value), pattern, timeZone),
    check: ([time, pattern, timeZone]) => checkDateArguments(time, pattern, timeZone),
  },
  addSeconds: {
    usage: "addSeconds time 3600",
    arguments: { least: 2, most: 2 },
    takes: ["text", "number"],
    nulls: "passed on",
    gives: TEXT,
    run: ([value, seconds]) => addSeconds(value, Number(seconds)),
    check: dateProblem,
  },
  epochSeconds: epochHelper("epochSeconds time", 1000),
  epochMillis: epochHelper("epochMillis time", 1),
} as const satisfies Record<string, Helper>;

function dateProblem([time]: readonly Argument[]): string | undefined {
  return time?.shape.kind === "scalar" && time.shape.isDate ? `${time.name} ${ONLY_DATE}` : undefined;
}

function withInstant(value: JsonValue | undefined, use: (instant: Date) => JsonValue): HelperResult {
  const time = parseTime(textOf(value));
  if (time === undefined) return { problem: NO_TIME };
  return time.isDate ? { problem: ONLY_DATE } : { value: use(time.instant) };
}

function addSeconds(value: JsonValue | undefined, seconds: number): HelperResult {
  const result = withInstant(value, (instant) => instant.getTime() + seconds * 1000);
  if ("problem" in result) return result;
  const moved = new Date(Number(result.value));
  const isWritable = !Number.isNaN(moved.getTime()) && /^\d{4}-/.test(moved.toISOString());
  return isWritable ? { value: moved.toISOString() } : { problem: "goes beyond the year 9999" };
}

function format(text: string, pattern: JsonValue | undefined, timeZone: JsonValue | undefined): HelperResult {
  const time = parseTime(text);
  if (time === undefined) return { problem: NO_TIME };
  const call: DateCall = { isDate: time.isDate };
  if (pattern !== undefined) call.pattern = textOf(pattern);
  if (timeZone !== undefined) call.timeZone = textOf(timeZone);
  const problem = checkDateCall(call);
  if (problem !== undefined) return { problem };
  const { pattern: used = time.isDate ? DATE_PATTERN : ISO_PATTERN } = call;
  return { value: formatTime(time, used, call.timeZone ?? "UTC") };
}

function checkDateArguments(time?: Argument, pattern?: Argument, timeZone?: Argument): string | undefined {
  const call: DateCall = { isDate: isKnownDate(time) };
  for (const [key, argument] of [
    ["pattern", pattern],
    ["timeZone", timeZone],
  ] as const) {
    if (argument?.literal === undefined) continue;
    if (typeof argument.literal !== "string") return `dateFormat's ${WORDS[key]} must be a text`;
    call[key] = argument.literal;
  }
  return checkDateCall(call);
}

const WORDS = { pattern: "pattern", timeZone: "time zone" };

function isKnownDate(time?: Argument): boolean {
  if (typeof time?.literal === "string") return parseTime(time.literal)?.isDate === true;
  return time?.shape.kind === "scalar" && time.shape.isDate === true;
}
