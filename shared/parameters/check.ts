// Validates a parameter schema before it is saved. Reports all problems, each with its pointer into the schema.
import { Buffer } from "node:buffer";
import type { Issue } from "../domain/errors.ts";
import { pointer } from "../domain/errors.ts";
import { MAX_SEARCHABLE } from "../domain/executions/searchable.ts";
import { isLongerThan, isObject } from "../domain/json.ts";
import { annotationProblems, isOwnAnnotation } from "./annotations.ts";
import { unknownKeywordMessage } from "./keywords.ts";
import { didYouMean, nameProblem } from "./names.ts";
import { parameterIssues } from "./parameter-check.ts";
import { LIMITS, ownMember, searchableParameterNames } from "./schema.ts";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
export const ROOT_KEYWORDS = [
  "type",
  "properties",
  "required",
  "dependentRequired",
  "additionalProperties",
  "title",
  "description",
  "examples",
  "deprecated",
  "$comment",
  "$schema",
];

/** Returns all problems, none if the schema is valid. Both `undefined` and `{}` mean a runbook without parameters. */
export function checkParameterSchema(schema: unknown): Issue[] {
  if (schema === undefined) return [];
  if (!isObject(schema)) return [{ pointer: "", message: "must be an object" }];
  if (Object.keys(schema).length === 0) return [];
  // Defaults are matched against patterns only in a small schema: the size bounds the cost.
  const small = !isLongerThan(schema, LIMITS.schemaBytes);
  const issues = [
    ...unknownRootKeywords(schema),
    ...rootIssues(schema),
    ...propertiesIssues(ownMember(schema, "properties"), small),
    ...searchableIssues(schema),
    ...namesIssues("/required", ownMember(schema, "required"), ownMember(schema, "properties")),
    ...dependentIssues(ownMember(schema, "dependentRequired"), ownMember(schema, "properties")),
  ];
  if (issues.length > 0) return issues.slice(0, LIMITS.issues);
  // A schema without issues is shallow enough for `JSON.stringify`.
  if (small && Buffer.byteLength(JSON.stringify(schema)) <= LIMITS.schemaBytes) return [];
  return [{ pointer: "", message: `must have at most ${LIMITS.schemaBytes} bytes as JSON` }];
}

function unknownRootKeywords(schema: object): Issue[] {
  return Object.keys(schema)
    .filter((keyword) => !ROOT_KEYWORDS.includes(keyword) && !isOwnAnnotation(keyword))
    .slice(0, LIMITS.issues)
    .map((keyword) => ({
      pointer: pointer([keyword]),
      message: unknownKeywordMessage(keyword, ROOT_KEYWORDS),
    }));
}

function rootIssues(schema: object): Issue[] {
  const issues: Issue[] = [];
  const dialect = ownMember(schema, "$schema") ?? DIALECT;
  const additional = ownMember(schema, "additionalProperties") ?? false;
  if (ownMember(schema, "type") !== "object") issues.push({ pointer: "/type", message: 'must be "object"' });
  if (dialect !== DIALECT) issues.push({ pointer: "/$schema", message: `must be "${DIALECT}"` });
  if (additional !== false) {
    issues.push({
      pointer: "/additionalProperties",
      message: "must be false: unknown parameters are always refused",
    });
  }
  for (const keyword of Object.keys(schema)) {
    const problems = annotationProblems(keyword, ownMember(schema, keyword));
    issues.push(...problems.map(({ message }) => ({ pointer: pointer([keyword]), message })));
  }
  return issues;
}

function propertiesIssues(properties: unknown, judgeDefaults: boolean): Issue[] {
  if (properties === undefined) return [];
  if (!isObject(properties)) return [{ pointer: "/properties", message: "must be an object" }];
  const entries = Object.entries(properties);
  if (entries.length > LIMITS.parameters) {
    return [{ pointer: "/properties", message: `must have at most ${LIMITS.parameters} parameters` }];
  }
  return entries.flatMap(([name, parameter]) => {
    const problem = nameProblem(name);
    const issues =
      problem === undefined ? parameterIssues(parameter, judgeDefaults) : [{ pointer: "", message: problem }];
    return issues.map((issue) => ({ ...issue, pointer: pointer(["properties", name]) + issue.pointer }));
  });
}

function searchableIssues(schema: object): Issue[] {
  return searchableParameterNames(schema)
    .slice(MAX_SEARCHABLE, MAX_SEARCHABLE + LIMITS.issues)
    .map((name) => ({
      pointer: pointer(["properties", name, "searchable"]),
      message: `must not be true for more than ${MAX_SEARCHABLE} parameters`,
    }));
}

/** `at`: the pointer of a list of parameter names. */
function namesIssues(at: string, list: unknown, properties: unknown): Issue[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [{ pointer: at, message: "must be an array of parameter names" }];
  const names = isObject(properties) ? Object.keys(properties) : [];
  const seen = new Set<unknown>();
  return list.slice(0, LIMITS.issues + LIMITS.parameters).flatMap((name: unknown, index) => {
    const message = nameInListProblem(name, seen.has(name), names);
    seen.add(name);
    return message === undefined ? [] : [{ pointer: at + pointer([index]), message }];
  });
}

function nameInListProblem(name: unknown, repeated: boolean, names: readonly string[]): string | undefined {
  if (typeof name !== "string") return "must be the name of a parameter";
  if (!names.includes(name)) return `is not a parameter in properties${didYouMean(name, names)}`;
  return repeated ? "is there twice" : undefined;
}

function dependentIssues(dependents: unknown, properties: unknown): Issue[] {
  if (dependents === undefined) return [];
  const at = "/dependentRequired";
  if (!isObject(dependents))
    return [{ pointer: at, message: "must be an object of arrays of parameter names" }];
  const names = isObject(properties) ? Object.keys(properties) : [];
  return Object.entries(dependents)
    .slice(0, LIMITS.issues + LIMITS.parameters)
    .flatMap(([name, others]) => {
      const here = at + pointer([name]);
      if (!names.includes(name))
        return [{ pointer: here, message: `is not a parameter in properties${didYouMean(name, names)}` }];
      return namesIssues(here, others, properties);
    });
}
