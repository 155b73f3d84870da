// Formats an ISO 8601 instant with a pattern in a time zone.

/** A date, or a date and time with its offset. Without the offset it would mean the host's local time. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

export function parseInstant(text: string): Date | undefined {
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript would silently turn 30 February into 2 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Returns the formatted time. Replaces `yyyy MM dd HH mm ss SSS`. All other characters are literal. */
export function formatInstant(instant: Date, pattern: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const part = new Map<string, string>(format.formatToParts(instant).map((p) => [p.type, p.value]));
  const fields: Record<string, string | undefined> = {
    yyyy: part.get("year")?.padStart(4, "0"),
    MM: part.get("month"),
    dd: part.get("day"),
    HH: part.get("hour"),
    mm: part.get("minute"),
    ss: part.get("second"),
    SSS: String(instant.getUTCMilliseconds()).padStart(3, "0"),
  };
  return pattern.replace(/yyyy|MM|dd|HH|mm|ss|SSS/g, (field) => fields[field] ?? field);
}
