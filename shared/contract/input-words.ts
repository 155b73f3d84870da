// What is wrong with an input, in plain words: takes the place of zod's own messages wherever a schema has none.
import type * as z from "zod";

/** How the message of each field begins that is not there. */
export const REQUIRED = "is required";

/** zod's map from an issue to its message. Each message goes on where the name of the field ends. */
export function describeInput(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? REQUIRED : `must be ${describeKind(issue.expected)}`;
    case "too_small":
      return `must ${describeSize(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${describeSize(issue.origin, "at most", issue.maximum)}`;
    case "invalid_value":
      return `${issue.input === undefined ? `${REQUIRED}: ` : "must be "}${describeChoice(issue.values)}`;
    case "invalid_format":
      return `must be ${describeFormat(issue)}`;
    case "unrecognized_keys":
      return "is not a known field";
    case "invalid_union":
      return describeUnion(issue);
    case "invalid_key":
      return issue.issues[0]?.message ?? "is not an allowed name";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return "is not an allowed value";
  }
}

/** Kinds of values as people call them, where zod's own word is another. */
const KINDS: Partial<Record<string, string>> = {
  int: "a whole number",
  record: "an object",
  object: "an object",
  array: "a list",
  boolean: "true or false",
};
const describeKind = (type: string) => KINDS[type] ?? `a ${type}`;

/** What a size counts, by the kind of value. */
const UNITS: Partial<Record<string, string>> = {
  string: "character",
  array: "item",
  object: "member",
  record: "member",
};

/** "be at least 30" of a number, "have at least 1 character" of a text. */
function describeSize(origin: string, bound: string, limit: number | bigint): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `be ${bound} ${limit}`;
  return `have ${bound} ${limit} ${unit}${Number(limit) === 1 ? "" : "s"}`;
}

const describeChoice = (values: readonly unknown[]) =>
  `${values.length === 1 ? "" : "one of: "}${values.map(String).join(", ")}`;

/** Forms of text as people call them. A `regex` has a message of its own in its schema. */
const FORMATS: Partial<Record<string, string>> = {
  email: "an e-mail address",
  url: "a URL",
  uuid: "a UUID",
  datetime: "a date and time like 2026-03-01T03:00:00Z",
  date: "a date like 2026-03-01",
  base64: "text in base64",
  cidrv4: "an address range like 10.0.0.0/8",
  cidrv6: "an address range like fd00::/8",
};

function describeFormat(issue: { format: string; prefix?: string }): string {
  if (issue.prefix !== undefined) return `text that begins with ${issue.prefix}`;
  return FORMATS[issue.format] ?? "of another form";
}

/** Of a union by a field such as `type`: which values that field may have. */
function describeUnion(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  if (!("options" in issue) || !Array.isArray(issue.options)) return "is not one of the allowed forms";
  const isMissing = !Object.hasOwn(Object(issue.input), String(issue.discriminator));
  return `${isMissing ? `${REQUIRED}: ` : "must be "}${describeChoice(issue.options)}`;
}
