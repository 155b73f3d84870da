// Refuses date patterns that would write something else than they seem to say.
import { isTimeZone, isUtc, readPattern } from "./dates.ts";

const FIELDS = ["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS", "XXX"] as const;
const DATE_FIELDS: readonly string[] = ["yyyy", "MM", "dd"];
const isKnown = (text: string): boolean => FIELDS.some((field) => field === text);

/** What is known of a call of dateFormat: at save perhaps only some of it. */
export type DateCall = { pattern?: string; timeZone?: string; isDate?: boolean };

/** Returns why this call is refused, or undefined. */
export function checkDateCall({ pattern, timeZone, isDate }: DateCall): string | undefined {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    return "dateFormat's time zone must be an IANA name such as Europe/Berlin";
  if (isDate && timeZone !== undefined) return "a date without a time is in no time zone: leave the zone out";
  if (pattern === undefined) return undefined;
  return (
    checkLetters(pattern) ??
    checkMinutes(pattern) ??
    checkZone(pattern, timeZone) ??
    checkDate(pattern, isDate)
  );
}

function checkLetters(pattern: string): string | undefined {
  if (pattern === "") return "dateFormat's pattern is empty: write one such as yyyy-MM-dd";
  if ((pattern.split("'").length - 1) % 2 > 0) return "a quote in dateFormat's pattern is not closed";
  const unknown = fieldsOf(pattern).filter((field) => !isKnown(field));
  if (unknown.length === 0) return undefined;
  const meant = FIELDS.filter((field) => unknown.some((u) => u.toLowerCase() === field.toLowerCase()));
  const hint = meant.length > 0 ? ` (did you mean ${meant.join(", ")}?)` : "";
  const letters = [...new Set(unknown)].slice(0, 8).join(", ").slice(0, 60);
  return `dateFormat does not know ${letters}${hint}: it knows ${FIELDS.join(" ")}, and literal text in quotes, as in 'at'`;
}

/** The usual mix-up of months and minutes gives a wrong date without an error. */
function checkMinutes(pattern: string): string | undefined {
  const fields = fieldsOf(pattern);
  if (fields.includes("mm") && !fields.includes("HH"))
    return "mm is minutes, and this pattern has no hours: months are MM";
  return /HH[^A-Za-z']?MM/.test(pattern) ? "MM is months: minutes are mm, as in HH:mm" : undefined;
}

function checkZone(pattern: string, timeZone: string | undefined): string | undefined {
  const saysUtc = readPattern(pattern).some(({ text, isField }) => !isField && text === "Z");
  if (!saysUtc || timeZone === undefined || isUtc(timeZone)) return undefined;
  return `Z says UTC, and the time zone is ${timeZone.slice(0, 40)}: write XXX, which writes its offset`;
}

function checkDate(pattern: string, isDate: boolean | undefined): string | undefined {
  const pieces = readPattern(pattern);
  const timed = pieces.filter(({ text, isField }) => (isField ? !DATE_FIELDS.includes(text) : text === "Z"));
  if (!isDate || timed.length === 0) return undefined;
  const letters = timed.map(({ text }) => text).join(", ");
  return `a date without a time has none to write: leave ${letters} out of the pattern, or pass a date-time`;
}

const fieldsOf = (pattern: string): string[] =>
  readPattern(pattern).flatMap(({ text, isField }) => (isField ? [text] : []));
