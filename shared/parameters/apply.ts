// Validates the parameters of a request and applies defaults.
import { Buffer } from "node:buffer";
import type { Issue } from "../domain/errors.ts";
import { pointer } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import { isObject } from "../domain/json.ts";
import { didYouMean } from "./names.ts";
import { isParameterValue, normalizeValue, valueIssues } from "./parameter-value.ts";
import type { Parameter, ParameterSchema } from "./schema.ts";
import { dependentsOf, isRequired, LIMITS, ownMember, parametersOf } from "./schema.ts";

type AppliedParameters = { ok: true; parameters: JsonObject } | { ok: false; issues: Issue[] };

/**
 * Returns the validated parameters with defaults. `schema` must have passed `checkParameterSchema`. A parameter that is
 * null is not given. Pointers refer to `input`, which is not modified. Idempotent: the validated result is exactly what
 * is stored and sent.
 */
export function applyParameters(schema: ParameterSchema, input: unknown = {}): AppliedParameters {
  if (!isObject(input)) return reject([{ pointer: "", message: "must be an object" }]);
  // Check the size before matching patterns: it bounds their cost.
  if (countBytes(pickFlat(input)) > LIMITS.parametersBytes) return reject([tooLargeIssue()]);

  const known = parametersOf(schema);
  const issues = findUnknownNames(input, known);
  const parameters: JsonObject = {};
  const given = new Set<string>();
  for (const [name, parameter] of known) {
    const value = ownMember(input, name) ?? parameter.default;
    if (value === undefined) {
      if (isRequired(schema, name)) issues.push({ pointer: pointer([name]), message: "is required" });
      continue;
    }
    given.add(name);
    const found = valueIssues(parameter, value);
    issues.push(...found.map((issue) => ({ ...issue, pointer: pointer([name]) + issue.pointer })));
    if (found.length === 0 && isParameterValue(value)) parameters[name] = normalizeValue(value);
  }
  issues.push(...findMissingDependents(schema, given));
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

/** `dependentRequired`: the parameters that a given one needs. */
function findMissingDependents(schema: ParameterSchema, given: ReadonlySet<string>): Issue[] {
  const missing = new Map<string, string>();
  for (const [name, others] of dependentsOf(schema)) {
    if (given.has(name)) for (const other of others) if (!given.has(other)) missing.set(other, name);
  }
  return [...missing]
    .filter(([other]) => !isRequired(schema, other))
    .map(([other, name]) => ({ pointer: pointer([other]), message: `is required together with ${name}` }));
}

function reject(issues: Issue[]): AppliedParameters {
  return { ok: false, issues: issues.slice(0, LIMITS.issues) };
}

function tooLargeIssue(): Issue {
  return { pointer: "", message: `must have at most ${LIMITS.parametersBytes} bytes as JSON` };
}

/** Keeps only what could be a value. The rest is refused by type, and may be nested too deeply for `JSON.stringify`. */
function pickFlat(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => isParameterValue(value)));
}

function countBytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
