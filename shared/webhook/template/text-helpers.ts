// Helpers that make text, lists and numbers of a value.
import type { JsonValue } from "../../domain/json.ts";
import { type Helper, type HelperResult, isNumeric, textOf } from "./helper-types.ts";
import { canBeNull, NUMBER, SCALAR, type ScalarShape, type Shape, TEXT, toOptional } from "./shape.ts";

const ONE = { least: 1, most: 1 };
const TEXT_LIST: Shape = { kind: "array", items: TEXT, canBeEmpty: true };

function textHelper(usage: string, convert: (text: string) => HelperResult): Helper {
  return {
    usage,
    arguments: ONE,
    takes: ["text"],
    nulls: "passed on",
    gives: TEXT,
    run: ([value]) => convert(textOf(value)),
  };
}

export const TEXT_HELPERS = {
  json: {
    usage: "json value",
    arguments: ONE,
    takes: ["any"],
    nulls: "taken",
    gives: TEXT,
    run: ([value = null]) => ({ value: JSON.stringify(value) }),
  },
  default: {
    usage: "default value fallback",
    arguments: { least: 2, most: 2 },
    takes: ["any"],
    nulls: "taken",
    gives: ([value, fallback]) => (value && fallback ? eitherShape(value.shape, fallback.shape) : SCALAR),
    run: ([value = null, fallback = null]) => ({ value: value ?? fallback }),
  },
  uppercase: textHelper("uppercase value", (text) => ({ value: text.toUpperCase() })),
  lowercase: textHelper("lowercase value", (text) => ({ value: text.toLowerCase() })),
  trim: textHelper("trim value", (text) => ({ value: text.trim() })),
  shortId: textHelper("shortId id", (id) => ({ value: id.slice(id.lastIndexOf("_") + 1).slice(-8) })),
  urlEncode: textHelper("urlEncode value", encodeForUrl),
  base64: textHelper("base64 value", (text) =>
    text.isWellFormed()
      ? { value: Buffer.from(text).toString("base64") }
      : { problem: "contains an incomplete character" },
  ),
  path: textHelper("path value", (text) => ({ value: text })),
  concat: {
    usage: "concat value value …",
    arguments: { least: 2, most: 16 },
    takes: ["text"],
    nulls: "refused",
    gives: TEXT,
    run: (args) => ({ value: args.map(textOf).join("") }),
  },
  replace: {
    usage: 'replace value "from" "to"',
    arguments: { least: 3, most: 3 },
    takes: ["text"],
    nulls: "passed on",
    gives: TEXT,
    run: ([value, from, to]) =>
      from === "" ? { problem: EMPTY } : { value: textOf(value).replaceAll(textOf(from), () => textOf(to)) },
    check: ([, from]) => (from?.literal === "" ? EMPTY : undefined),
  },
  split: {
    usage: 'split value ","',
    arguments: { least: 2, most: 2 },
    takes: ["text"],
    nulls: "passed on",
    secrets: "refused",
    gives: TEXT_LIST,
    run: ([value, separator]) => splitText(textOf(value), textOf(separator)),
    check: ([, separator]) => (separator?.literal === "" ? EMPTY : undefined),
  },
  join: {
    usage: 'join list ","',
    arguments: { least: 2, most: 2 },
    takes: ["list", "text"],
    nulls: "passed on",
    gives: TEXT,
    run: ([list, separator]) => joinTexts(Array.isArray(list) ? list : [], textOf(separator)),
  },
  number: {
    usage: "number text",
    arguments: ONE,
    takes: ["text"],
    nulls: "passed on",
    gives: NUMBER,
    run: ([value = null]) => parseNumber(value),
    check: ([value]) =>
      value?.shape.kind === "scalar" && value.shape.type === "boolean" ? NO_NUMBER : undefined,
  },
} as const satisfies Record<string, Helper>;

const EMPTY = "needs a text that is not empty to look for";
const NO_NUMBER = "needs the text of a number, such as 12 or 0.5";

function splitText(text: string, separator: string): HelperResult {
  if (separator === "") return { problem: EMPTY };
  return { value: text === "" ? [] : text.split(separator) };
}

function joinTexts(list: readonly JsonValue[], separator: string): HelperResult {
  if (list.some((item) => typeof item === "object")) return { problem: "joins texts and numbers only" };
  return { value: list.map(textOf).join(separator) };
}

function parseNumber(value: JsonValue): HelperResult {
  if (typeof value === "number") return { value };
  const isNumber = typeof value === "string" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value);
  const number = isNumber ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return { problem: NO_NUMBER };
  const losesDigits = Number.isInteger(number) && !Number.isSafeInteger(number);
  return losesDigits ? { problem: "is a whole number beyond 2^53, which loses digits" } : { value: number };
}

export function encodeForUrl(text: string): HelperResult {
  if (!text.isWellFormed()) return { problem: "contains an incomplete character, which no URL can carry" };
  return { value: encodeURIComponent(text) };
}

/** Returns the shape of a value that is one of the two. */
export function eitherShape(value: Shape, other: Shape): Shape {
  const either = eitherKind(value, other);
  return canBeNull(other) ? toOptional(either) : either;
}

function eitherKind(value: Shape, other: Shape): Shape {
  if (value.kind === "scalar" && other.kind === "scalar") return eitherScalar(value, other);
  if (value.kind !== other.kind) return { kind: "any" };
  return value.kind === "any" ? value : { ...value, optional: false };
}

function eitherScalar(value: ScalarShape, other: ScalarShape): ScalarShape {
  const isSame = value.type === other.type;
  const type = isSame ? value.type : isNumeric(value) && isNumeric(other) ? "number" : undefined;
  return {
    kind: "scalar",
    ...(type && { type }),
    ...(value.values && other.values && { values: [...value.values, ...other.values] }),
    canBeEmpty: value.canBeEmpty === true || other.canBeEmpty === true,
    secret: value.secret === true || other.secret === true,
  };
}
