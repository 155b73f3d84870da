// Validates one scalar value of a parameter. Messages never quote the value, which may be a secret.
import { FORMATS } from "./formats.ts";
import { matchesPattern } from "./pattern.ts";
import type { Scalar, ScalarParameter } from "./schema.ts";
import { choicesOf, LIMITS } from "./schema.ts";

/**
 * The smallest number besides zero. DynamoDB's numbers end at 1e-130, and a value rounded to zero would differ from the
 * value that was sent.
 */
const SMALLEST_MAGNITUDE = 1e-100;
/** The most allowed values in one message. */
const LISTED_VALUES = 20;
/** A quotient this close to a whole number is one: 0.3 is a multiple of 0.1, though not in binary fractions. */
const QUOTIENT_TOLERANCE = 1e-9;

const TYPES: Record<ScalarParameter["type"], { name: string; accepts(value: unknown): boolean }> = {
  string: { name: "a string", accepts: (value) => typeof value === "string" },
  number: { name: "a number", accepts: (value) => typeof value === "number" },
  integer: { name: "an integer", accepts: (value) => typeof value === "number" && !isFraction(value) },
  boolean: { name: "true or false", accepts: (value) => typeof value === "boolean" },
};

/** Returns the problems of a value, none if it is valid. No coercion: `"1"` is not a number. */
export function scalarProblems(parameter: ScalarParameter, value: unknown): string[] {
  const { name, accepts } = TYPES[parameter.type];
  if (!accepts(value)) return [`must be ${name}`];
  const problems = [
    ...(typeof value === "string" ? stringProblems(parameter, value) : []),
    ...(typeof value === "number" ? numberProblems(parameter, value) : []),
  ];
  const lists = [parameter.const === undefined ? undefined : [parameter.const], parameter.enum];
  const isOutside = [...lists, parameter.oneOf?.map((choice) => choice.const)].some((list) =>
    list?.every((allowed) => allowed !== value),
  );
  if (isOutside) problems.push(`must be one of: ${formatList(choicesOf(parameter) ?? [])}`);
  return problems;
}

/** Returns the problem of a number, or null if it can be stored and sent unchanged. */
export function numberRangeProblem(value: number): string | null {
  if (!Number.isFinite(value)) return "must be a finite number";
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return `must be between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`;
  if (value !== 0 && Math.abs(value) < SMALLEST_MAGNITUDE)
    return `must be 0 or at least ${SMALLEST_MAGNITUDE} away from it`;
  return null;
}

type Bound = "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf";

/** Bound → whether a value keeps it, and how a message says so. */
const BOUNDS: Record<Bound, { accepts(value: number, bound: number): boolean; words: string }> = {
  minimum: { accepts: (value, bound) => value >= bound, words: "at least" },
  maximum: { accepts: (value, bound) => value <= bound, words: "at most" },
  exclusiveMinimum: { accepts: (value, bound) => value > bound, words: "greater than" },
  exclusiveMaximum: { accepts: (value, bound) => value < bound, words: "less than" },
  multipleOf: { accepts: isMultiple, words: "a multiple of" },
};

function numberProblems(parameter: ScalarParameter, value: number): string[] {
  const outOfRange = numberRangeProblem(value);
  if (outOfRange !== null) return [outOfRange];
  return Object.entries(BOUNDS).flatMap(([keyword, { accepts, words }]) => {
    const bound = parameter[keyword as Bound];
    return bound === undefined || accepts(value, bound) ? [] : [`must be ${words} ${bound}`];
  });
}

function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  return Math.abs(Math.round(quotient) - quotient) <= QUOTIENT_TOLERANCE;
}

function stringProblems(parameter: ScalarParameter, value: string): string[] {
  if (!value.isWellFormed()) return ["must be well-formed Unicode"];
  const most = parameter.maxLength ?? LIMITS.stringCharacters;
  const least = Math.max(parameter.minLength ?? 0, parameter.writeOnly ? LIMITS.secretCharacters : 0);
  if (hasMoreCharacters(value, most)) return [`must have at most ${formatCharacters(most)}`];
  const problems: string[] = [];
  if (least > 0 && !hasMoreCharacters(value, least - 1)) problems.push(tooShortMessage(parameter, least));
  const { pattern, format } = parameter;
  if (pattern !== undefined && !matchesPattern(pattern, value))
    problems.push(`must match the pattern ${pattern}`);
  const rule = format === undefined ? undefined : FORMATS.get(format);
  if (rule?.accepts(value) === false) problems.push(`must be a valid ${format}, such as ${rule.example}`);
  return problems;
}

function tooShortMessage(parameter: ScalarParameter, least: number): string {
  const secret = least > (parameter.minLength ?? 0);
  return `must have at least ${formatCharacters(least)}${secret ? ": a shorter secret could not be masked" : ""}`;
}

function hasMoreCharacters(text: string, characterCount: number): boolean {
  if (text.length <= characterCount) return false;
  return text.length > 2 * characterCount || Array.from(text).length > characterCount;
}

function isFraction(value: number): boolean {
  return Number.isFinite(value) && !Number.isInteger(value);
}

function formatCharacters(count: number): string {
  return count === 1 ? "1 character" : `${count} characters`;
}

function formatList(values: readonly Scalar[]): string {
  const rest = values.length - LISTED_VALUES;
  return values.slice(0, LISTED_VALUES).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}
