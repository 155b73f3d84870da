// The formats of string parameters. Each check is one pass over the text.
import { isIPv4, isIPv6 } from "node:net";

type Format = { example: string; accepts(text: string): boolean };

// All regular expressions here have a fixed length, one repetition, or repetitions that a letter ends, so they cannot
// backtrack.
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const LABEL = /^[A-Za-z0-9-]{1,63}$/;
const MAILBOX = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const URI_CHARACTERS = /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;
const URI_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
/** ISO 8601 in whole numbers, as RFC 3339 has it: weeks, or the other units in order. */
const DURATION = /^P(?:\d+W|(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;
const CIDR = /^([0-9A-Fa-f.:]+)\/(0|[1-9]\d{0,2})$/;
const UUID = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

/** Formats by name, as in JSON Schema 2020-12. Error messages show `example`. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["date", { example: "2026-01-31", accepts: isDate }],
  ["date-time", { example: "2026-01-31T09:30:00Z", accepts: isDateTime }],
  ["time", { example: "09:30:00Z", accepts: isTime }],
  ["duration", { example: "PT15M", accepts: (text) => DURATION.test(text) }],
  ["email", { example: "ada@example.com", accepts: isEmail }],
  ["hostname", { example: "db-1.example.com", accepts: isHostname }],
  ["cidr", { example: "192.0.2.0/24", accepts: isCidr }],
  ["ipv4", { example: "192.0.2.1", accepts: isIPv4 }],
  ["ipv6", { example: "2001:db8::1", accepts: (text) => isIPv6(text) && !text.includes("%") }],
  ["regex", { example: "^web-[0-9]+$", accepts: isRegex }],
  ["uri", { example: "https://example.com/path", accepts: isUri }],
  ["uri-reference", { example: "/path?query", accepts: isUriReference }],
  ["uuid", { example: "3f2b8c1e-0d4a-4b7e-9a51-6c8d2e7f1a90", accepts: (text) => UUID.test(text) }],
]);

function isDate(text: string): boolean {
  const [year, month, day] = (DATE.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);
}

/** RFC 3339 `full-time`. A leap second is valid only at 23:59:60 UTC. */
function isTime(text: string): boolean {
  const parts = TIME.exec(text);
  if (parts === null) return false;
  const [hours, minutes, seconds, offsetHours, offsetMinutes] = [1, 2, 3, 5, 6].map((i) =>
    Number(parts[i] ?? 0),
  );
  if (hours === undefined || minutes === undefined || seconds === undefined) return false;
  if (offsetHours === undefined || offsetMinutes === undefined) return false;
  if (hours > 23 || minutes > 59 || seconds > 60 || offsetHours > 23 || offsetMinutes > 59) return false;
  if (seconds < 60) return true;
  const offset = (offsetHours * 60 + offsetMinutes) * (parts[4] === "-" ? -1 : 1);
  return (hours * 60 + minutes - offset + 2 * 1440) % 1440 === 1439;
}

function isDateTime(text: string): boolean {
  return /^[Tt]$/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

function isHostname(text: string): boolean {
  const sound = (label: string) => LABEL.test(label) && !label.startsWith("-") && !label.endsWith("-");
  return text.length <= 253 && text.split(".").every(sound);
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  const mailbox = text.slice(0, Math.max(at, 0));
  return (
    MAILBOX.test(mailbox) && mailbox.split(".").every((atom) => atom !== "") && isHostname(text.slice(at + 1))
  );
}

/**
 * RFC 3986 with a scheme. `URL` validates the authority, but would silently repair other errors. So those are refused
 * first.
 */
function isUri(text: string): boolean {
  return URI_SCHEME.test(text) && URI_CHARACTERS.test(text) && !BAD_ESCAPE.test(text) && URL.canParse(text);
}

/** An address with a prefix length. Bits behind the prefix are allowed. */
function isCidr(text: string): boolean {
  const [, address = "", bits = ""] = CIDR.exec(text) ?? [];
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

/** A regular expression of ECMAScript with the flag u. It is parsed and never run. */
function isRegex(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

/** RFC 3986: a URI, or one relative to a base. Without a scheme, the first segment has no colon. */
function isUriReference(text: string): boolean {
  if (isUri(text) || text === "") return true;
  const isSound = URI_CHARACTERS.test(text) && !BAD_ESCAPE.test(text);
  const [first = ""] = text.split(/[/?#]/, 1);
  return isSound && !first.includes(":") && URL.canParse(text, "https://base.example/");
}
