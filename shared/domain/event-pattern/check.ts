// Validates an event pattern before it is saved. Reports all problems, each with its pointer into the pattern.
import type { Issue } from "../errors.ts";
import { pointer } from "../errors.ts";
import { isLongerThan } from "../json.ts";
import { OPERATORS } from "./operators.ts";

export const MAX_PATTERN_BYTES = 4096;
/** All values and operators of all fields, including the values inside an operator. */
export const MAX_CONDITIONS = 256;
const MAX_DEPTH = 10;
/** The most issues in one response. */
const MAX_ISSUES = 50;

/**
 * Envelope fields that every event on a bus has as a string. Every event also has `resources` (may be empty) and
 * `detail` (an object).
 */
const ENVELOPE: ReadonlySet<unknown> = new Set([
  "version",
  "id",
  "detail-type",
  "source",
  "account",
  "time",
  "region",
]);

type Path = readonly (string | number)[];
type Fields = Record<string, unknown>;

export function checkEventPattern(pattern: unknown): Issue[] {
  if (!isFields(pattern)) return [issue([], "must be an object")];
  if (isLongerThan(pattern, 4 * MAX_PATTERN_BYTES)) return [tooLongIssue()];
  const issues = fieldsIssues(pattern, [], 1);
  if (issues.length > 0) return issues.slice(0, MAX_ISSUES);
  // A pattern without issues is shallow enough for `JSON.stringify`.
  if (new TextEncoder().encode(JSON.stringify(pattern)).length > MAX_PATTERN_BYTES) {
    return [tooLongIssue()];
  }
  const conditions = countConditions(pattern);
  if (conditions > MAX_CONDITIONS)
    return [issue([], `has ${conditions} conditions; the limit is ${MAX_CONDITIONS} at most`)];
  if (!matchesEverything(pattern, [])) return [];
  return [issue([], "matches every event; add a condition that an event can fail")];
}

const tooLongIssue = () => issue([], `must have at most ${MAX_PATTERN_BYTES} bytes as JSON`);

/** Counts the values in a pattern, at any depth. */
function countConditions(pattern: unknown): number {
  if (typeof pattern !== "object" || pattern === null) return 1;
  return Object.values(pattern).reduce<number>((sum, inner) => sum + countConditions(inner), 0);
}

function issue(path: Path, message: string): Issue {
  return { pointer: pointer(path), message };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsIssues(fields: Fields, path: Path, depth: number): Issue[] {
  if (depth > MAX_DEPTH) return [issue(path, `must not be nested deeper than ${MAX_DEPTH} levels`)];
  const entries = Object.entries(fields);
  if (entries.length === 0) return [issue(path, "must name at least one field")];
  return entries.flatMap(([name, condition]) => {
    const at = [...path, name];
    if (name === "$or") return alternativesIssues(condition, at, depth);
    if (isFields(condition)) return fieldsIssues(condition, at, depth + 1);
    return Array.isArray(condition)
      ? conditionsIssues(condition, at)
      : [issue(at, fieldConditionMessage(name))];
  });
}

function fieldConditionMessage(name: string): string {
  const form = "must be an array of values, or an object of fields";
  return OPERATORS.has(name) ? `${form}; an operator stands inside an array: [{"${name}": …}]` : form;
}

function alternativesIssues(alternatives: unknown, path: Path, depth: number): Issue[] {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    return [issue(path, "must be an array of at least two alternatives")];
  }
  return alternatives.flatMap((alternative: unknown, i) => {
    const at = [...path, i];
    if (!isFields(alternative)) return [issue(at, "must be an object of fields")];
    const operators = Object.keys(alternative).filter((name) => OPERATORS.has(name));
    const misplaced = operators.map((name) =>
      issue([...at, name], "is an operator, not a field of an alternative"),
    );
    return misplaced.length > 0 ? misplaced : fieldsIssues(alternative, at, depth + 1);
  });
}

function conditionsIssues(conditions: readonly unknown[], path: Path): Issue[] {
  if (conditions.length === 0) return [issue(path, "must have at least one value")];
  return conditions.flatMap((condition, i) => conditionIssues(condition, [...path, i]));
}

function conditionIssues(condition: unknown, path: Path): Issue[] {
  if (!isFields(condition)) {
    const scalar =
      condition === null || ["string", "boolean"].includes(typeof condition) || Number.isFinite(condition);
    return scalar ? [] : [issue(path, "must be a string, a number, true, false, null or an operator")];
  }
  const [operation, ...others] = Object.entries(condition);
  if (operation === undefined || others.length > 0) return [issue(path, "must have exactly one operator")];
  const [name, operand] = operation;
  const operator = OPERATORS.get(name);
  const known = [...OPERATORS.keys()].join(", ");
  const problem =
    operator === undefined ? `is not an operator; there are ${known}` : operator.problem(operand);
  return problem === undefined ? [] : [issue([...path, name], problem)];
}

/** Whether the pattern provably matches every event, judged by the fields that every event has. */
function matchesEverything(fields: Fields, path: Path): boolean {
  return Object.entries(fields).every(([name, condition]) => {
    const at = [...path, name];
    if (isFields(condition)) return matchesEverything(condition, at);
    if (!Array.isArray(condition)) return false;
    if (name === "$or")
      return condition.some((alternative) => isFields(alternative) && matchesEverything(alternative, path));
    return isAlwaysMet(condition, at);
  });
}

function isAlwaysMet(conditions: readonly unknown[], [root, ...rest]: Path): boolean {
  const has = (operator: string, operand: unknown) =>
    conditions.some((condition) => isFields(condition) && condition[operator] === operand);
  const alwaysThere = ENVELOPE.has(root) && rest.length === 0;
  const mayBeThere = alwaysThere || root === "resources" || (root === "detail" && rest.length > 0);
  if (has("exists", true) && has("exists", false)) return true;
  const isAnyText = has("exists", true) || has("wildcard", "*") || has("prefix", "") || has("suffix", "");
  return alwaysThere ? isAnyText : !mayBeThere && has("exists", false);
}
