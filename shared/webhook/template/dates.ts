// Reads ISO 8601 times, and formats them with a pattern in a time zone.
import QuickLRU from "quick-lru";

/** A date, or a date and time with its offset. Without the offset it would mean the host's local time. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** `isDate`: a date without a time, which is in no time zone. */
type ParsedTime = { instant: Date; isDate: boolean };

export function parseTime(text: string): ParsedTime | undefined {
  const [, day, time] = INSTANT.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript would silently turn 30 February into 2 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : { instant, isDate: time === undefined };
}

/** By the name as it is written. Making one takes longer than all of a usual rendering. */
const formats = /* @__PURE__ */ new QuickLRU<string, Intl.DateTimeFormat>({ maxSize: 100 });

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat("en", { ...PARTS, timeZone });
    formats.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}

const PARTS: Intl.DateTimeFormatOptions = {
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "longOffset",
};

export const isTimeZone = (name: string): boolean => formatOf(name) !== undefined;

const UTC: readonly unknown[] = ["UTC", "Etc/UTC", "GMT", "Etc/GMT"];
export const isUtc = (timeZone: string): boolean =>
  UTC.includes(formatOf(timeZone)?.resolvedOptions().timeZone);

/** Returns the formatted time. The pattern has passed `checkPattern`. */
export function formatTime({ instant }: ParsedTime, pattern: string, timeZone: string): string {
  const parts = formatOf(timeZone)?.formatToParts(instant) ?? [];
  const part = new Map<string, string>(parts.map((p) => [p.type, p.value]));
  const offset = (part.get("timeZoneName") ?? "").replace("GMT", "");
  const fields: Record<string, string | undefined> = {
    yyyy: part.get("year")?.padStart(4, "0"),
    MM: part.get("month"),
    dd: part.get("day"),
    HH: part.get("hour"),
    mm: part.get("minute"),
    ss: part.get("second"),
    SSS: String(instant.getUTCMilliseconds()).padStart(3, "0"),
    XXX: offset === "" || offset === "+00:00" ? "Z" : offset,
  };
  return readPattern(pattern)
    .map((piece) => (piece.isField ? (fields[piece.text] ?? piece.text) : piece.text))
    .join("");
}

/** `isField`: letters that stand for a part of the time. All else is literal, without its quotes. */
type Piece = { text: string; isField: boolean };

/** Splits a pattern as Unicode and Java do: letters are fields, text in single quotes is literal, `''` is a quote. */
export function readPattern(pattern: string): Piece[] {
  return [...pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)].map(([piece, letter]) => {
    if (letter !== undefined) return { text: piece, isField: !LITERAL_LETTERS.includes(piece) };
    if (piece === "''") return { text: "'", isField: false };
    const isQuoted = piece.length > 1 && piece.startsWith("'");
    return { text: isQuoted ? piece.slice(1, -1).replaceAll("''", "'") : piece, isField: false };
  });
}

/** Letters of ISO 8601 that need no quotes. */
const LITERAL_LETTERS: readonly string[] = ["T", "Z"];
