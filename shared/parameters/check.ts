// Validates a parameter schema before it is saved. Reports all problems, each with its pointer into the schema.
import { Buffer } from "node:buffer";
import type { Issue } from "../domain/errors.ts";
import { pointer } from "../domain/errors.ts";
import { isLongerThan, isObject } from "../domain/json.ts";
import { KEYWORDS, textProblems, unknownKeywordMessage } from "./keywords.ts";
import { didYouMean, nameProblem } from "./names.ts";
import type { Parameter, ParameterType } from "./schema.ts";
import { LIMITS, ownMember, PARAMETER_TYPES } from "./schema.ts";
import { valueProblems } from "./value.ts";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const ROOT_KEYWORDS = [
  "type",
  "properties",
  "required",
  "additionalProperties",
  "title",
  "description",
  "$schema",
];
const PARAMETER_KEYWORDS = ["type", "default", ...KEYWORDS.keys()];

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
    ...requiredIssues(ownMember(schema, "required"), ownMember(schema, "properties")),
  ];
  if (issues.length > 0) return issues.slice(0, LIMITS.issues);
  // A schema without issues is shallow enough for `JSON.stringify`.
  if (small && Buffer.byteLength(JSON.stringify(schema)) <= LIMITS.schemaBytes) return [];
  return [{ pointer: "", message: `must have at most ${LIMITS.schemaBytes} bytes as JSON` }];
}

function unknownRootKeywords(schema: object): Issue[] {
  return Object.keys(schema)
    .filter((keyword) => !ROOT_KEYWORDS.includes(keyword))
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
  for (const [keyword, most] of Object.entries({
    title: LIMITS.titleCharacters,
    description: LIMITS.descriptionCharacters,
  })) {
    if (!Object.hasOwn(schema, keyword)) continue;
    issues.push(
      ...textProblems(ownMember(schema, keyword), most).map(({ message }) => ({
        pointer: `/${keyword}`,
        message,
      })),
    );
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

function requiredIssues(required: unknown, properties: unknown): Issue[] {
  if (required === undefined) return [];
  if (!Array.isArray(required))
    return [{ pointer: "/required", message: "must be an array of parameter names" }];
  const names = isObject(properties) ? Object.keys(properties) : [];
  return required.slice(0, LIMITS.issues + LIMITS.parameters).flatMap((name: unknown, at) => {
    const message = requiredProblem(name, required.indexOf(name) < at, names);
    return message === undefined ? [] : [{ pointer: pointer(["required", at]), message }];
  });
}

function requiredProblem(name: unknown, repeated: boolean, names: readonly string[]): string | undefined {
  if (typeof name !== "string") return "must be the name of a parameter";
  if (!names.includes(name)) return `is not a parameter in properties${didYouMean(name, names)}`;
  return repeated ? "is there twice" : undefined;
}

/** Returns problems with pointers relative to the parameter. */
function parameterIssues(parameter: unknown, judgeDefaults: boolean): Issue[] {
  if (!isObject(parameter)) return [{ pointer: "", message: "must be an object" }];
  const type = PARAMETER_TYPES.find((known) => known === ownMember(parameter, "type"));
  const issues = Object.keys(parameter)
    .filter((keyword) => !PARAMETER_KEYWORDS.includes(keyword))
    .slice(0, LIMITS.issues)
    .map((keyword) => ({
      pointer: pointer([keyword]),
      message: unknownKeywordMessage(keyword, PARAMETER_KEYWORDS),
    }));
  if (type === undefined) {
    issues.push({ pointer: "/type", message: `must be one of: ${PARAMETER_TYPES.join(", ")}` });
    return issues;
  }
  for (const keyword of KEYWORDS.keys()) {
    if (Object.hasOwn(parameter, keyword)) issues.push(...keywordIssues(keyword, parameter, type));
  }
  // The parameter is valid at this point, so its default can be validated against it.
  if (judgeDefaults && issues.length === 0) issues.push(...defaultIssues({ ...parameter, type }));
  return issues;
}

function keywordIssues(keyword: string, parameter: object, type: ParameterType): Issue[] {
  const rule = KEYWORDS.get(keyword);
  if (rule === undefined) return [];
  if (!rule.types.includes(type)) {
    return [
      { pointer: pointer([keyword]), message: `is allowed only with the type ${rule.types.join(" or ")}` },
    ];
  }
  return rule.problems(ownMember(parameter, keyword), parameter, type).map(({ at, message }) => ({
    pointer: pointer(at === undefined ? [keyword] : [keyword, at]),
    message,
  }));
}

function defaultIssues(parameter: Parameter): Issue[] {
  if (!Object.hasOwn(parameter, "default")) return [];
  const message = "is not allowed with writeOnly: a secret must not be part of the definition";
  if (parameter.writeOnly) return [{ pointer: "/default", message }];
  return valueProblems(parameter, parameter.default).map((problem) => ({
    pointer: "/default",
    message: problem,
  }));
}
