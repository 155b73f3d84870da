// Resolves the expressions of a template: paths, literals, and helper calls with validated arguments.

import { buildCall, unknownHelperMessage } from "./calls.ts";
import { getHelper } from "./functions.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { Expression } from "./nodes.ts";
import { type Names, positionOf, type Resolved, resolvePath } from "./resolve.ts";
import { CALLS_TOO_DEEP } from "./scan.ts";
import { ANY, type ScalarType } from "./shape.ts";
import type * as hbs from "./syntax-tree.ts";

/** Replaces an expression that could not be resolved, so that the rest is still checked. Never rendered. */
const UNRESOLVED: Resolved<Expression> = { expression: { type: "literal", value: null }, shape: ANY };

/**
 * Returns the name in `{{name}}` or `{{#name …}}`, if it is a single one: not `this.name`, `../name`, `@name` or `a.b`.
 */
export function simpleName(path: hbs.Call["path"]): string | undefined {
  const simple = path.type === "PathExpression" && !path.data && path.depth === 0 && path.parts.length === 1;
  return simple && path.original === path.parts[0] ? path.original : undefined;
}

export function resolveMustache(node: hbs.Mustache, names: Names): Resolved<Expression> {
  const name = simpleName(node.path);
  const isCall = node.params.length > 0 || node.hash !== undefined;
  if (isCall || (name !== undefined && getHelper(name) !== undefined)) {
    return resolveCall(node, node, names, 0);
  }
  if (node.path.type === "PathExpression") return resolvePath(node.path, names) ?? UNRESOLVED;
  const needless =
    node.path.type === "SubExpression" ? "a call needs no parentheses" : "a literal needs no braces";
  names.report(needless, positionOf(node));
  return UNRESOLVED;
}

export function resolveArgument(node: hbs.Expression, names: Names, depth = 0): Resolved<Expression> {
  switch (node.type) {
    case "PathExpression":
      return resolvePath(node, names) ?? UNRESOLVED;
    case "SubExpression":
      return resolveCall(node, node, names, depth + 1);
    case "NumberLiteral":
      if (!Number.isSafeInteger(node.value) && Number.isInteger(node.value)) {
        names.report("a whole number beyond 2^53 loses digits: write it as a string", positionOf(node));
      }
      return literal(node.value, "number");
    case "StringLiteral":
      return literal(node.value, "string");
    case "BooleanLiteral":
      return literal(node.value, "boolean");
    case "NullLiteral":
    case "UndefinedLiteral":
      return { expression: { type: "literal", value: null }, shape: ANY };
    case "HashLiteral":
      names.report("named values in parentheses are not available", positionOf(node));
      return UNRESOLVED;
  }
}

const literal = (value: string | number | boolean, type: ScalarType): Resolved<Expression> => ({
  expression: { type: "literal", value },
  shape: { kind: "scalar", type, values: [value], canBeEmpty: !value },
});

function resolveCall(
  call: hbs.Call,
  node: { loc: hbs.Location },
  names: Names,
  depth: number,
): Resolved<Expression> {
  const at = positionOf(node);
  if (depth > TEMPLATE_LIMITS.callDepth) {
    names.report(CALLS_TOO_DEEP, at);
    return UNRESOLVED;
  }
  const name = simpleName(call.path);
  const helper = name === undefined ? undefined : getHelper(name);
  const pairs = call.hash?.pairs ?? [];
  if (helper?.takesNamed !== true) {
    for (const pair of pairs) names.report(`${pair.key}= is not an argument here`, positionOf(pair));
  }
  const values = [...call.params, ...pairs.map(({ value }) => value)];
  const resolved = values.map((value) => resolveArgument(value, names, depth));
  if (name === undefined || helper === undefined) {
    names.report(unknownHelperMessage(call.path), at);
    return UNRESOLVED;
  }
  if (helper.takesNamed !== true) resolved.length = call.params.length;
  const keys = helper.takesNamed === true ? pairs.map(({ key }) => key) : [];
  return buildCall({ name, helper, resolved, keys, at }, names.report);
}
