// The keywords of a parameter: the types that each applies to, and the validation of its value.
import { FORMATS } from "./formats.ts";
import { didYouMean } from "./names.ts";
import { patternProblem } from "./pattern.ts";
import type { ParameterType } from "./schema.ts";
import { LIMITS, ownMember, PARAMETER_TYPES } from "./schema.ts";
import { numberRangeProblem, valueProblems } from "./value.ts";

type Problem = { at?: number; message: string };
type Keyword = {
  types: readonly ParameterType[];
  /** `parameter` is the whole property, for rules that compare two keywords. */
  problems(value: unknown, parameter: object, type: ParameterType): Problem[];
};

const NUMERIC: readonly ParameterType[] = ["number", "integer"];
const TEXT: readonly ParameterType[] = ["string"];

/** `default` is not listed. It is validated after all other keywords, against the complete parameter. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ["title", { types: PARAMETER_TYPES, problems: (value) => textProblems(value, LIMITS.titleCharacters) }],
  [
    "description",
    { types: PARAMETER_TYPES, problems: (value) => textProblems(value, LIMITS.descriptionCharacters) },
  ],
  ["enum", { types: PARAMETER_TYPES, problems: enumProblems }],
  ["minimum", { types: NUMERIC, problems: numberProblems }],
  [
    "maximum",
    {
      types: NUMERIC,
      problems: (value, p) => [...numberProblems(value), ...orderProblems(value, p, "minimum")],
    },
  ],
  ["minLength", { types: TEXT, problems: lengthProblems }],
  [
    "maxLength",
    { types: TEXT, problems: (value, p) => [...lengthProblems(value), ...maxLengthProblems(value, p)] },
  ],
  ["pattern", { types: TEXT, problems: patternProblems }],
  ["format", { types: TEXT, problems: formatProblems }],
  ["writeOnly", { types: TEXT, problems: writeOnlyProblems }],
]);

/** Unsupported JSON Schema keywords and what to use instead. */
const ALTERNATIVES: ReadonlyMap<string, string> = new Map([
  ["exclusiveMinimum", "use minimum"],
  ["exclusiveMaximum", "use maximum"],
  ["const", "use enum with one value"],
  ["contentEncoding", "use pattern"],
  ["readOnly", "use a literal in the payload template"],
]);

export function unknownKeywordMessage(keyword: string, known: readonly string[]): string {
  const instead = ALTERNATIVES.get(keyword);
  if (instead !== undefined) return `is not supported; ${instead}`;
  return `is not supported${didYouMean(keyword, known) || `; supported here: ${known.join(", ")}`}`;
}

export function textProblems(value: unknown, mostCharacters: number): Problem[] {
  const sound = typeof value === "string" && value.isWellFormed() && value.length <= mostCharacters;
  return sound ? [] : [{ message: `must be a string of at most ${mostCharacters} characters` }];
}

function enumProblems(value: unknown, _: object, type: ParameterType): Problem[] {
  if (!Array.isArray(value) || value.length === 0)
    return [{ message: "must be an array of at least one value" }];
  if (value.length > LIMITS.enumValues) return [{ message: `must have at most ${LIMITS.enumValues} values` }];
  return value.flatMap((member: unknown, at) => {
    if (value.indexOf(member) < at) return [{ at, message: "is there twice" }];
    return valueProblems({ type, ...(type === "string" ? { maxLength: LIMITS.maxLength } : {}) }, member).map(
      (message) => ({ at, message }),
    );
  });
}

function numberProblems(value: unknown): Problem[] {
  const message = typeof value === "number" ? numberRangeProblem(value) : "must be a number";
  return message === null ? [] : [{ message }];
}

function lengthProblems(value: unknown): Problem[] {
  const sound = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LIMITS.maxLength;
  return sound ? [] : [{ message: `must be an integer between 0 and ${LIMITS.maxLength}` }];
}

function maxLengthProblems(value: unknown, parameter: object): Problem[] {
  const secret = ownMember(parameter, "writeOnly") === true;
  if (!secret || typeof value !== "number" || value >= LIMITS.secretCharacters)
    return orderProblems(value, parameter, "minLength");
  return [{ message: `must be at least ${LIMITS.secretCharacters}: a shorter secret could not be masked` }];
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

function writeOnlyProblems(value: unknown, parameter: object): Problem[] {
  if (typeof value !== "boolean") return [{ message: "must be true or false" }];
  if (value && Object.hasOwn(parameter, "enum"))
    return [{ message: "is not allowed with enum: a secret is not a choice of known values" }];
  return [];
}
