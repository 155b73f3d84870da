// The helpers of templates: one table for check, renderer and docs.
import type { JsonValue } from "../../domain/json.ts";
import { formatInstant, isTimeZone, parseInstant } from "./dates.ts";

type HelperResult = { value: JsonValue } | { problem: string };

type Helper = {
  usage: string;
  arguments: { least: number; most: number };
  /**
   * Most helpers return null for null, and the output context decides. Helpers with this flag handle null themselves.
   */
  takesNull?: true;
  run(args: JsonValue[]): HelperResult;
  /** Returns the problem of literal arguments, checked at save. Arguments that are not literals are `undefined`. */
  check?(args: (JsonValue | undefined)[]): string | undefined;
};

const ISO_PATTERN = "yyyy-MM-ddTHH:mm:ss.SSSZ";

export const HELPERS: Readonly<Record<string, Helper>> = {
  json: {
    usage: "json value",
    arguments: { least: 1, most: 1 },
    takesNull: true,
    run: ([value = null]) => ({ value: JSON.stringify(value) }),
  },
  default: {
    usage: "default value fallback",
    arguments: { least: 2, most: 2 },
    takesNull: true,
    run: ([value = null, fallback = null]) => ({ value: value ?? fallback }),
  },
  uppercase: {
    usage: "uppercase value",
    arguments: { least: 1, most: 1 },
    run: ([value]) => ({ value: textOf(value).toUpperCase() }),
  },
  lowercase: {
    usage: "lowercase value",
    arguments: { least: 1, most: 1 },
    run: ([value]) => ({ value: textOf(value).toLowerCase() }),
  },
  shortId: {
    usage: "shortId id",
    arguments: { least: 1, most: 1 },
    run: ([value]) => {
      const id = textOf(value);
      return { value: id.slice(id.lastIndexOf("_") + 1).slice(-8) };
    },
  },
  urlEncode: {
    usage: "urlEncode value",
    arguments: { least: 1, most: 1 },
    run: ([value]) => encodeForUrl(textOf(value)),
  },
  dateFormat: {
    usage: 'dateFormat time "yyyy-MM-dd HH:mm" "Europe/Berlin"',
    arguments: { least: 1, most: 3 },
    run: ([value, pattern = ISO_PATTERN, timeZone = "UTC"]) => {
      const instant = parseInstant(textOf(value));
      if (instant === undefined) return { problem: "is not an ISO 8601 time with its offset" };
      const wrong = checkFormat(pattern, timeZone);
      if (wrong !== undefined) return { problem: wrong };
      return { value: formatInstant(instant, textOf(pattern), textOf(timeZone)) };
    },
    check: ([, pattern = ISO_PATTERN, timeZone = "UTC"]) => checkFormat(pattern, timeZone),
  },
};

export const HELPER_NAMES = Object.keys(HELPERS);

/** Looks up own entries only: `constructor` is not a helper. */
export function getHelper(name: string): Helper | undefined {
  return Object.hasOwn(HELPERS, name) ? HELPERS[name] : undefined;
}

/** Returns a string unchanged, any other value as JSON. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

export function encodeForUrl(text: string): HelperResult {
  if (!text.isWellFormed()) return { problem: "contains an incomplete character, which no URL can carry" };
  return { value: encodeURIComponent(text) };
}

function checkFormat(pattern: JsonValue, timeZone: JsonValue): string | undefined {
  if (typeof pattern !== "string") return "dateFormat's pattern must be a string such as yyyy-MM-dd";
  const isKnownZone = typeof timeZone === "string" && isTimeZone(timeZone);
  return isKnownZone ? undefined : "dateFormat's time zone must be an IANA name such as Europe/Berlin";
}
