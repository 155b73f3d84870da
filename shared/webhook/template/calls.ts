// Resolves the calls of helpers: each argument is checked against its type, and each call against its own rules.
import type { JsonValue } from "../../domain/json.ts";
import { findNearestName } from "../../domain/nearest-name.ts";
import { nameOf } from "./expression-names.ts";
import { HELPER_NAMES } from "./functions.ts";
import { type Argument, type Helper, isSecretArgument, secretProblem, shapeProblem } from "./helper-types.ts";
import type { Expression, Position } from "./nodes.ts";
import type { Resolved } from "./resolve.ts";
import { canBeNull, type Shape, toOptional } from "./shape.ts";
import type * as hbs from "./syntax-tree.ts";

/** `keys`: the names of the last arguments. */
type CallParts = {
  name: string;
  helper: Helper;
  resolved: Resolved<Expression>[];
  keys: string[];
  at: Position;
};

/** Returns the call with its shape. Its first problem goes to `report`. */
export function buildCall(
  parts: CallParts,
  report: (message: string, at: Position) => void,
): Resolved<Expression> {
  const { name, helper, resolved, keys, at } = parts;
  const args = resolved.map(toArgument);
  const problem = checkArguments(helper, args, keys);
  if (problem !== undefined)
    report(/^(?:dateFormat|an? |Z |mm? |MM )/.test(problem) ? problem : `${name} ${problem}`, at);
  const expression: Expression = {
    type: "call",
    name,
    args: resolved.map((argument) => argument.expression),
    ...(keys.length > 0 && { keys }),
    at,
  };
  return { expression, shape: problem === undefined ? resultShape(helper, args) : { kind: "any" } };
}

function toArgument({ expression, shape }: Resolved<Expression>): Argument {
  const literal: { literal?: JsonValue } = expression.type === "literal" ? { literal: expression.value } : {};
  return {
    ...literal,
    shape,
    name: expression.type === "literal" ? describeLiteral(expression.value) : nameOf(expression),
  };
}

const describeLiteral = (value: JsonValue): string => JSON.stringify(value).slice(0, 40);

function checkArguments(
  helper: Helper,
  args: readonly Argument[],
  keys: readonly string[],
): string | undefined {
  const { least, most } = helper.arguments;
  const count = args.length - keys.length;
  if (count < least || count > most) return `is written {{${helper.usage}}}`;
  const wrong = args.map((argument, i) =>
    shapeProblem(argument, helper.takes[i] ?? helper.takes.at(-1) ?? "any"),
  );
  const problem = wrong.find((each) => each !== undefined) ?? helper.check?.(args, keys);
  if (problem !== undefined) return problem;
  return helper.secrets === "refused"
    ? args.map(secretProblem).find((each) => each !== undefined)
    : undefined;
}

function resultShape(helper: Helper, args: readonly Argument[]): Shape {
  const shape = typeof helper.gives === "function" ? helper.gives(args) : helper.gives;
  const [first] = args;
  const passesNull = helper.nulls === "passed on" && first !== undefined && canBeNull(first.shape);
  const isSecret = helper.secrets !== "ignored" && args.some(isSecretArgument);
  const result = passesNull ? toOptional(shape) : shape;
  return isSecret && result.kind === "scalar" ? { ...result, secret: true } : result;
}

/** Helpers that Handlebars has and templates have not. */
const ABSENT: Readonly<Record<string, string>> = {
  log: "log is not available: a template writes nothing but its text",
  helperMissing: "helperMissing is not available: every helper is known at save",
  blockHelperMissing: "blockHelperMissing is not available: every block is known at save",
};

export function unknownHelperMessage(path: hbs.Call["path"]): string {
  const name = path.type === "PathExpression" ? path.original : "this";
  const absent = Object.hasOwn(ABSENT, name) ? ABSENT[name] : undefined;
  if (absent !== undefined) return absent;
  const near = findNearestName(name, HELPER_NAMES);
  const instead = near === undefined ? `: there are ${HELPER_NAMES.join(", ")}` : `: did you mean ${near}?`;
  return `${name} is not a helper${instead}`;
}
