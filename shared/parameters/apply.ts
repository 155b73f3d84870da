// Validates the parameters of a request and applies defaults.
import { Buffer } from "node:buffer";
import type { Issue } from "../domain/errors.ts";
import { pointer } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import { isObject } from "../domain/json.ts";
import { didYouMean } from "./names.ts";
import type { Parameter, ParameterSchema } from "./schema.ts";
import { isRequired, LIMITS, ownMember, parametersOf } from "./schema.ts";
import { valueProblems } from "./value.ts";

type AppliedParameters = { ok: true; parameters: JsonObject } | { ok: false; issues: Issue[] };

/**
 * Returns the validated parameters with defaults. `schema` must have passed `checkParameterSchema`. Pointers refer to
 * `input`, which is not modified. Idempotent: the validated result is exactly what is stored and sent.
 */
export function applyParameters(schema: ParameterSchema, input: unknown = {}): AppliedParameters {
  if (!isObject(input)) return reject([{ pointer: "", message: "must be an object" }]);
  // Check the size before matching patterns: it bounds their cost.
  if (countBytes(pickScalars(input)) > LIMITS.parametersBytes) return reject([tooLargeIssue()]);

  const known = parametersOf(schema);
  const issues = findUnknownNames(input, known);
  const parameters: JsonObject = {};
  for (const [name, parameter] of known) {
    const value = Object.hasOwn(input, name) ? ownMember(input, name) : parameter.default;
    if (value === undefined) {
      if (isRequired(schema, name)) issues.push({ pointer: pointer([name]), message: "is required" });
      continue;
    }
    const problems = valueProblems(parameter, value);
    issues.push(...problems.map((message) => ({ pointer: pointer([name]), message })));
    if (problems.length === 0 && isScalar(value)) parameters[name] = Object.is(value, -0) ? 0 : value;
  }
  if (issues.length > 0) return reject(issues);
  return countBytes(parameters) > LIMITS.parametersBytes
    ? reject([tooLargeIssue()])
    : { ok: true, parameters };
}

function findUnknownNames(input: Record<string, unknown>, known: ReadonlyMap<string, Parameter>): Issue[] {
  return Object.keys(input)
    .filter((name) => !known.has(name))
    .slice(0, LIMITS.issues)
    .map((name) => ({
      pointer: pointer([name]),
      message: `is not a known parameter${didYouMean(name, known.keys())}`,
    }));
}

function reject(issues: Issue[]): AppliedParameters {
  return { ok: false, issues: issues.slice(0, LIMITS.issues) };
}

function tooLargeIssue(): Issue {
  return { pointer: "", message: `must have at most ${LIMITS.parametersBytes} bytes as JSON` };
}

/** Keeps only scalars. Other values are refused by type, and may be nested too deeply for `JSON.stringify`. */
function pickScalars(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => isScalar(value)));
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function countBytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
