// The keywords of a parameter: the types that each applies to, and the validation of its value.
import { annotationProblems, booleanProblems, type Problem } from "./annotations.ts";
import { constProblems, enumProblems, oneOfProblems } from "./choices.ts";
import { FORMATS } from "./formats.ts";
import { didYouMean } from "./names.ts";
import { patternProblem } from "./pattern.ts";
import type { ParameterType } from "./schema.ts";
import { LIMITS, ownMember, PARAMETER_TYPES, SCALAR_TYPES } from "./schema.ts";
import { numberRangeProblem } from "./value.ts";

type Keyword = {
  types: readonly ParameterType[];
  /** `parameter` is the whole property, for rules that compare two keywords. */
  problems(value: unknown, parameter: object, type: ParameterType): Problem[];
};

const NUMERIC: readonly ParameterType[] = ["number", "integer"];
const TEXT: readonly ParameterType[] = ["string"];
const ARRAY: readonly ParameterType[] = ["array"];

/**
 * `default` and `items` are not listed: `default` is validated after all other keywords, against the complete
 * parameter, and `items` is a parameter of its own.
 */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ["title", annotation("title")],
  ["description", annotation("description")],
  ["enum", { types: SCALAR_TYPES, problems: enumProblems }],
  ["const", { types: SCALAR_TYPES, problems: constProblems }],
  ["oneOf", { types: SCALAR_TYPES, problems: oneOfProblems }],
  ["minimum", { types: NUMERIC, problems: numberProblems }],
  ["maximum", { types: NUMERIC, problems: inOrder(numberProblems, "minimum") }],
  ["exclusiveMinimum", { types: NUMERIC, problems: numberProblems }],
  ["exclusiveMaximum", { types: NUMERIC, problems: inOrder(numberProblems, "exclusiveMinimum") }],
  ["multipleOf", { types: NUMERIC, problems: divisorProblems }],
  ["minLength", { types: TEXT, problems: lengthProblems }],
  [
    "maxLength",
    { types: TEXT, problems: (value, p) => [...lengthProblems(value), ...maxLengthProblems(value, p)] },
  ],
  ["pattern", { types: TEXT, problems: patternProblems }],
  ["format", { types: TEXT, problems: formatProblems }],
  ["writeOnly", { types: TEXT, problems: writeOnlyProblems }],
  ["searchable", { types: SCALAR_TYPES, problems: searchableProblems }],
  ["minItems", { types: ARRAY, problems: itemCountProblems }],
  ["maxItems", { types: ARRAY, problems: inOrder(itemCountProblems, "minItems") }],
  ["uniqueItems", { types: ARRAY, problems: booleanProblems }],
  ["examples", annotation("examples")],
  ["deprecated", annotation("deprecated")],
  ["$comment", annotation("$comment")],
]);

/** Unsupported JSON Schema keywords and what to use instead. */
const ALTERNATIVES: ReadonlyMap<string, string> = new Map([
  ["anyOf", "use enum, or oneOf with a const and a title for each choice"],
  ["contains", "use items"],
  ["contentEncoding", "use pattern"],
  ["prefixItems", "use items"],
  ["properties", "use one parameter for each member"],
  ["readOnly", "use a literal in the payload template"],
]);

export function unknownKeywordMessage(keyword: string, known: readonly string[]): string {
  const instead = ALTERNATIVES.get(keyword);
  if (instead !== undefined) return `is not supported; ${instead}`;
  return `is not supported${didYouMean(keyword, known) || `; supported here: ${known.join(", ")}`}`;
}

function annotation(keyword: string): Keyword {
  return { types: PARAMETER_TYPES, problems: (value) => annotationProblems(keyword, value) };
}

function numberProblems(value: unknown): Problem[] {
  const message = typeof value === "number" ? numberRangeProblem(value) : "must be a number";
  return message === null ? [] : [{ message }];
}

function divisorProblems(value: unknown): Problem[] {
  return typeof value === "number" && value <= 0
    ? [{ message: "must be greater than 0" }]
    : numberProblems(value);
}

const integerProblems = (value: unknown, most: number): Problem[] =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most
    ? []
    : [{ message: `must be an integer between 0 and ${most}` }];

function lengthProblems(value: unknown): Problem[] {
  return integerProblems(value, LIMITS.maxLength);
}

function itemCountProblems(value: unknown): Problem[] {
  return integerProblems(value, LIMITS.items);
}

function maxLengthProblems(value: unknown, parameter: object): Problem[] {
  const secret = ownMember(parameter, "writeOnly") === true;
  if (!secret || typeof value !== "number" || value >= LIMITS.secretCharacters)
    return orderProblems(value, parameter, "minLength");
  return [{ message: `must be at least ${LIMITS.secretCharacters}: a shorter secret could not be masked` }];
}

function inOrder(problems: (value: unknown) => Problem[], other: string): Keyword["problems"] {
  return (value, parameter) => [...problems(value), ...orderProblems(value, parameter, other)];
}

function orderProblems(value: unknown, parameter: object, other: string): Problem[] {
  const least = ownMember(parameter, other);
  const below = typeof value === "number" && typeof least === "number" && value < least;
  return below ? [{ message: `must not be less than ${other}` }] : [];
}

function patternProblems(value: unknown, parameter: object): Problem[] {
  if (typeof value !== "string") return [{ message: "must be a string" }];
  const maxLength = ownMember(parameter, "maxLength");
  const message = patternProblem(
    value,
    lengthProblems(maxLength).length === 0 ? Number(maxLength) : undefined,
  );
  return message === undefined ? [] : [{ message }];
}

function formatProblems(value: unknown): Problem[] {
  if (typeof value === "string" && FORMATS.has(value)) return [];
  const known = [...FORMATS.keys()];
  const hint = typeof value === "string" ? didYouMean(value, known) : "";
  return [{ message: `must be one of: ${known.join(", ")}${hint}` }];
}

function searchableProblems(value: unknown, parameter: object): Problem[] {
  const isSecret = value === true && ownMember(parameter, "writeOnly") === true;
  if (isSecret) return [{ message: "is not allowed with writeOnly: a secret is not found by its value" }];
  return booleanProblems(value);
}

function writeOnlyProblems(value: unknown, parameter: object): Problem[] {
  if (typeof value !== "boolean") return booleanProblems(value);
  const listed = ["enum", "const", "oneOf", "examples"].find((keyword) => Object.hasOwn(parameter, keyword));
  if (value && listed !== undefined)
    return [{ message: `is not allowed with ${listed}: a secret is not a choice of known values` }];
  return [];
}
