// Small forms in which systems write times and names of levels: understood instead of refused. Pure.

/** What a time must be like. The text continues after the field's name. */
export const TIME_WANTED =
  "must be a time like 2026-03-01T09:30:00Z, with a zone, or seconds or milliseconds since 1970";

/** ISO 8601 with seconds, or without; a zone with or without its colon. */
const ISO =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?([Zz]|[+-]\d{2}(?::?\d{2})?)$/;
/** RFC 1123, as AWS Health writes times: `Thu, 27 Jan 2026 13:19:03 GMT`. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const NUMBER = /^\d{9,19}(\.\d{1,9})?$/;

/** Returns the time in UTC with milliseconds, or null if the value is not a time. */
export function readTime(value: unknown): string | null {
  if (typeof value === "number") return ofEpoch(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (NUMBER.test(text)) return ofEpoch(Number(text));
  if (HTTP_DATE.test(text)) return toIso(Date.parse(text));
  const [, date, time, zone] = ISO.exec(text) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return null;
  return toIso(Date.parse(`${date}T${time.replace(",", ".")}${withColon(zone)}`));
}

/** `+0000` and `+00` become `+00:00`. */
function withColon(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** The first epoch number that is read in each unit, largest unit last: all of them mean times from 1973 to 5138. */
const UNITS = [
  { from: 1e17, perMillisecond: 1e6 },
  { from: 1e14, perMillisecond: 1e3 },
  { from: 1e11, perMillisecond: 1 },
  { from: 1e8, perMillisecond: 1e-3 },
] as const;

function ofEpoch(number: number): string | null {
  const unit = UNITS.find(({ from }) => number >= from);
  return unit === undefined ? null : toIso(Math.round(number / unit.perMillisecond));
}

function toIso(milliseconds: number): string | null {
  const time = new Date(milliseconds);
  // A year of five digits, or year 1, as Alertmanager writes "not yet", is no time of an incident.
  const year = time.getUTCFullYear();
  return Number.isNaN(milliseconds) || year < 1970 || year > 9999 ? null : time.toISOString();
}

/** Returns a scalar as text, or null for one that is absent or empty. Numbers and flags are levels as much as words. */
export function readText(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text === "" ? null : text;
}
