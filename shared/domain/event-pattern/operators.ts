// The operators of event patterns: each validates its operand and tests values.

import type { JsonValue } from "../json.ts";
import { cidrProblem, matchesCidr } from "./cidr.ts";
import { matchesWildcard, wildcardProblem } from "./wildcard.ts";

export type Scalar = string | number | boolean | null;
type Operator = {
  problem(operand: unknown): string | undefined;
  /** `value` is present. For an invalid operand the result is arbitrary. */
  accepts(operand: JsonValue, value: Scalar): boolean;
};

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ["=", (value: number, bound: number) => value === bound],
  ["<", (value: number, bound: number) => value < bound],
  ["<=", (value: number, bound: number) => value <= bound],
  [">", (value: number, bound: number) => value > bound],
  [">=", (value: number, bound: number) => value >= bound],
]);

/** An empty prefix or suffix accepts every string, and nothing else. */
const PREFIX = affixOperator((part, value) => value.startsWith(part));
const SUFFIX = affixOperator((part, value) => value.endsWith(part));
const EQUALS_IGNORE_CASE = textOperator(
  (operand) => (typeof operand === "string" ? undefined : "must be a string"),
  (operand, value) => fold(value) === fold(operand),
);
const WILDCARD = textOperator(
  (operand) => (typeof operand === "string" ? wildcardProblem(operand) : "must be a string"),
  (operand, value) => matchesWildcard(operand, value),
);

const AFFIXES: ReadonlySet<Operator> = new Set([PREFIX, SUFFIX]);

/** Operators that `anything-but` may negate, besides plain values. Each takes one operand or a list. */
const NEGATABLE: ReadonlyMap<string, Operator> = new Map([
  ["prefix", PREFIX],
  ["suffix", SUFFIX],
  ["equals-ignore-case", EQUALS_IGNORE_CASE],
  ["wildcard", WILDCARD],
]);

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...NEGATABLE,
  ["anything-but", { problem: anythingButProblem, accepts: (operand, value) => !isNegated(operand, value) }],
  ["numeric", { problem: numericProblem, accepts: matchesNumeric }],
  [
    "exists",
    {
      problem: (operand) => (typeof operand === "boolean" ? undefined : "must be true or false"),
      accepts: (operand) => operand === true,
    },
  ],
  [
    "cidr",
    textOperator(
      (operand) => (typeof operand === "string" ? cidrProblem(operand) : "must be a string"),
      (operand, value) => matchesCidr(operand, value),
    ),
  ],
]);

/** Whether a present value meets one condition: a plain value or `{operator: operand}`. */
export function matchesCondition(condition: JsonValue, value: Scalar): boolean {
  const operation = getSingleMember(condition);
  if (operation === undefined) return condition === value;
  return OPERATORS.get(operation.name)?.accepts(operation.operand, value) ?? false;
}

export function getSingleMember(value: unknown): { name: string; operand: JsonValue } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [member, ...others] = Object.entries(value);
  return member === undefined || others.length > 0 ? undefined : { name: member[0], operand: member[1] };
}

/** Builds an operator that accepts only strings. */
function textOperator(
  problem: Operator["problem"],
  accepts: (operand: string, value: string) => boolean,
): Operator {
  return {
    problem,
    accepts: (operand, value) =>
      typeof operand === "string" && typeof value === "string" && accepts(operand, value),
  };
}

function affixOperator(test: (part: string, value: string) => boolean): Operator {
  const plain = textOperator(
    (operand) => (typeof operand === "string" ? undefined : "must be a string"),
    test,
  );
  const ignoringCase = (operand: unknown) => getMemberNamed(operand, "equals-ignore-case");
  return {
    problem(operand) {
      const folded = ignoringCase(operand);
      if (folded !== undefined) return plain.problem(folded.operand);
      return typeof operand === "object"
        ? 'must be a string or {"equals-ignore-case": string}'
        : plain.problem(operand);
    },
    accepts(operand, value) {
      const folded = ignoringCase(operand);
      if (folded === undefined) return plain.accepts(operand, value);
      return typeof folded.operand === "string" && plain.accepts(fold(folded.operand), foldScalar(value));
    },
  };
}

function getMemberNamed(value: unknown, name: string): { operand: JsonValue } | undefined {
  const member = getSingleMember(value);
  return member?.name === name ? member : undefined;
}

/** Folds to upper case, which does not depend on neighbouring characters. Lower case does (the Greek final sigma). */
function fold(text: string): string {
  return text.toUpperCase();
}

function foldScalar(value: Scalar): Scalar {
  return typeof value === "string" ? fold(value) : value;
}

function anythingButProblem(operand: unknown): string | undefined {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand))
    return negationProblem(operand);
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const sound = ["string", "number"].some((type) => values.every((value) => typeof value === type));
  return sound && values.length > 0
    ? undefined
    : "must be a string, a number, or a list of only strings or only numbers";
}

function negationProblem(operand: object): string | undefined {
  const member = getSingleMember(operand);
  const negated = member === undefined ? undefined : NEGATABLE.get(member.name);
  if (member === undefined || negated === undefined) {
    return `must be a value, a list of values, or one of: ${[...NEGATABLE.keys()].join(", ")}`;
  }
  const operands = Array.isArray(member.operand) ? member.operand : [member.operand];
  if (operands.length === 0) return `${member.name} must not be an empty list`;
  // `equals-ignore-case` combines with `prefix` and `suffix` only where they are not negated.
  if (!operands.every((one) => typeof one === "string"))
    return `${member.name} must be a string or a list of strings`;
  // Nothing is met by the negation of what every string meets. EventBridge refuses it, too.
  if (AFFIXES.has(negated) && operands.includes("")) return `${member.name} must not be empty`;
  const problem = operands.map((one) => negated.problem(one)).find((p) => p !== undefined);
  return problem === undefined ? undefined : `${member.name} ${problem}`;
}

/** Whether the operand of `anything-but` contains this value. */
function isNegated(operand: JsonValue, value: Scalar): boolean {
  const member = getSingleMember(operand);
  if (member === undefined)
    return Array.isArray(operand) ? operand.some((one) => one === value) : operand === value;
  const operands = Array.isArray(member.operand) ? member.operand : [member.operand];
  return operands.some((one) => NEGATABLE.get(member.name)?.accepts(one, value) ?? false);
}

function numericProblem(operand: unknown): string | undefined {
  const form = 'must be a comparison such as [">=", 5], or a range such as [">", 0, "<=", 5]';
  if (!Array.isArray(operand)) return form;
  const [comparison, bound, upperComparison, upperBound] = operand;
  const range = operand.length === 4;
  if (!(range || operand.length === 2) || !COMPARISONS.has(comparison)) return form;
  if (range && !(["<", "<="].includes(upperComparison) && [">", ">="].includes(comparison))) return form;
  const bounds: unknown[] = range ? [bound, upperBound] : [bound];
  if (!bounds.every((n) => Number.isFinite(n))) return "must compare with numbers";
  return range && bound >= upperBound ? "must have its lower bound first" : undefined;
}

function matchesNumeric(operand: JsonValue, value: Scalar): boolean {
  if (!Array.isArray(operand) || typeof value !== "number") return false;
  return operand.every((comparison, i) => {
    const bound = operand[i + 1];
    return i % 2 === 1 || (typeof bound === "number" && COMPARISONS.get(comparison)?.(value, bound) === true);
  });
}
