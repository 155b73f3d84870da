// Validates the value of a parameter: a scalar, or an array of scalars.
import type { Issue } from "../domain/errors.ts";
import { pointer } from "../domain/errors.ts";
import type { ArrayParameter, Parameter, ParameterValue, Scalar } from "./schema.ts";
import { LIMITS } from "./schema.ts";
import { scalarProblems } from "./value.ts";

/** Returns the issues of a value, with pointers relative to it; none if it is valid. */
export function valueIssues(parameter: Parameter, value: unknown): Issue[] {
  if (parameter.type === "array") return arrayIssues(parameter, value);
  return scalarProblems(parameter, value).map((message) => ({ pointer: "", message }));
}

function arrayIssues(parameter: ArrayParameter, value: unknown): Issue[] {
  if (!Array.isArray(value)) return [{ pointer: "", message: "must be an array" }];
  const { items, minItems = 0, maxItems = LIMITS.items, uniqueItems = false } = parameter;
  if (value.length > maxItems)
    return [{ pointer: "", message: `must have at most ${formatItems(maxItems)}` }];
  const issues: Issue[] = [];
  if (value.length < minItems)
    issues.push({ pointer: "", message: `must have at least ${formatItems(minItems)}` });
  const seen = new Set<unknown>();
  for (const [at, item] of value.entries()) {
    const problems = scalarProblems(items, item);
    if (uniqueItems && seen.has(item)) problems.push("is there twice");
    seen.add(item);
    issues.push(...problems.map((message) => ({ pointer: pointer([at]), message })));
    if (issues.length >= LIMITS.issues) break;
  }
  return issues;
}

const formatItems = (count: number) => (count === 1 ? "1 item" : `${count} items`);

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Whether the value could be one of a parameter: a scalar, or a list of scalars. Nothing else is nested. */
export function isParameterValue(value: unknown): value is ParameterValue {
  return isScalar(value) || (Array.isArray(value) && value.every(isScalar));
}

/** Returns the value as it is stored and sent. JSON has no negative zero. */
export function normalizeValue(value: ParameterValue): ParameterValue {
  return Array.isArray(value) ? value.map(normalizeScalar) : normalizeScalar(value);
}

const normalizeScalar = (value: Scalar): Scalar => (Object.is(value, -0) ? 0 : value);
