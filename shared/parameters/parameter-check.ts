// Validates one parameter of a schema before it is saved: its keywords, its items, and its default.
import type { Issue } from "../domain/errors.ts";
import { pointer } from "../domain/errors.ts";
import { isObject } from "../domain/json.ts";
import { annotationProblems, isOwnAnnotation, type Problem } from "./annotations.ts";
import { KEYWORDS, unknownKeywordMessage } from "./keywords.ts";
import { valueIssues } from "./parameter-value.ts";
import type { Parameter, ParameterType, ScalarParameter } from "./schema.ts";
import { LIMITS, ownMember, PARAMETER_TYPES, SCALAR_TYPES } from "./schema.ts";

/** What a schema may have: a parameter all of it; the items of an array no default, no secret, and no items. */
type Level = { types: readonly ParameterType[]; keywords: readonly string[] };

const PARAMETER: Level = {
  types: PARAMETER_TYPES,
  keywords: ["type", "default", "items", ...KEYWORDS.keys()],
};
const ITEMS: Level = {
  types: SCALAR_TYPES,
  keywords: ["type", ...[...KEYWORDS].filter(isOfItems).map(([keyword]) => keyword)],
};

function isOfItems([keyword, { types }]: [string, { types: readonly ParameterType[] }]): boolean {
  return keyword !== "writeOnly" && !types.every((type) => type === "array");
}

/** Returns issues with pointers relative to the parameter. `judgeDefaults`: whether to match patterns. */
export function parameterIssues(parameter: unknown, judgeDefaults: boolean): Issue[] {
  const issues = schemaIssues(parameter, PARAMETER);
  if (issues.length > 0 || !judgeDefaults) return issues;
  // Without issues, it is a parameter, and its default can be validated against it.
  return defaultIssues(parameter as Parameter);
}

function schemaIssues(schema: unknown, level: Level): Issue[] {
  if (!isObject(schema)) return [{ pointer: "", message: "must be an object" }];
  const issues = unknownKeywords(schema, level);
  const type = level.types.find((known) => known === ownMember(schema, "type"));
  if (type === undefined)
    return [...issues, { pointer: "/type", message: `must be one of: ${level.types.join(", ")}` }];
  for (const keyword of Object.keys(schema)) {
    issues.push(...toIssues(keyword, keywordProblems(keyword, schema, type)));
  }
  return [...issues, ...itemsIssues(schema, type)];
}

function unknownKeywords(schema: object, { keywords }: Level): Issue[] {
  return Object.keys(schema)
    .filter((keyword) => !keywords.includes(keyword) && !isOwnAnnotation(keyword))
    .slice(0, LIMITS.issues)
    .map((keyword) => ({ pointer: pointer([keyword]), message: unknownKeywordMessage(keyword, keywords) }));
}

function keywordProblems(keyword: string, parameter: object, type: ParameterType): Problem[] {
  const value = ownMember(parameter, keyword);
  if (isOwnAnnotation(keyword)) return annotationProblems(keyword, value);
  const rule = KEYWORDS.get(keyword);
  if (rule === undefined) return [];
  return rule.types.includes(type)
    ? rule.problems(value, parameter, type)
    : [{ message: `is allowed only with the type ${rule.types.join(" or ")}` }];
}

const toIssues = (keyword: string, problems: Problem[]): Issue[] =>
  problems.map(({ at = "", message }) => ({ pointer: pointer([keyword]) + at, message }));

function itemsIssues(parameter: object, type: ParameterType): Issue[] {
  const items = ownMember(parameter, "items");
  if (type !== "array")
    return items === undefined ? [] : [{ pointer: "/items", message: "is allowed only with the type array" }];
  if (items === undefined) return [{ pointer: "/items", message: "is required: the schema of each item" }];
  return schemaIssues(items, ITEMS).map((issue) => ({ ...issue, pointer: `/items${issue.pointer}` }));
}

function defaultIssues(parameter: Parameter): Issue[] {
  if (!Object.hasOwn(parameter, "default")) return [];
  if ((parameter as ScalarParameter).writeOnly)
    return [
      {
        pointer: "/default",
        message: "is not allowed with writeOnly: a secret must not be part of the definition",
      },
    ];
  return valueIssues(parameter, parameter.default).map((issue) => ({
    ...issue,
    pointer: `/default${issue.pointer}`,
  }));
}
