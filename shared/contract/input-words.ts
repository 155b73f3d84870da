// Input error messages in plain English. They replace zod's own messages where a schema defines none.
import type * as z from "zod";

/** Every message about a missing field starts with this. */
export const REQUIRED = "is required";

/** Returns the message of an issue, as a zod error map. The message continues after the field's name. */
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

/** Plain words for kinds of values, where zod's word differs. */
const KINDS: Partial<Record<string, string>> = {
  int: "a whole number",
  record: "an object",
  object: "an object",
  array: "a list",
  boolean: "true or false",
};
const describeKind = (type: string) => KINDS[type] ?? `a ${type}`;

/** The unit of a size, by kind of value. */
const UNITS: Partial<Record<string, string>> = {
  string: "character",
  array: "item",
  object: "member",
  record: "member",
};

/** Returns "be at least 30" for a number, "have at least 1 character" for a string. */
function describeSize(origin: string, bound: string, limit: number | bigint): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `be ${bound} ${limit}`;
  return `have ${bound} ${limit} ${unit}${Number(limit) === 1 ? "" : "s"}`;
}

const describeChoice = (values: readonly unknown[]) =>
  `${values.length === 1 ? "" : "one of: "}${values.map(String).join(", ")}`;

/** Plain words for text formats. A `regex` has a message in its schema. */
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

/** Describes the allowed values of a union's discriminator, such as `type`. */
function describeUnion(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  if (!("options" in issue) || !Array.isArray(issue.options)) return "is not one of the allowed forms";
  const isMissing = !Object.hasOwn(Object(issue.input), String(issue.discriminator));
  return `${isMissing ? `${REQUIRED}: ` : "must be "}${describeChoice(issue.options)}`;
}
