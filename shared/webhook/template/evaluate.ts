// Evaluates expressions over nested frames of names.
import type { Budget } from "./budget.ts";
import { memberOf } from "./data.ts";
import { getHelper } from "./functions.ts";
import type { Condition, Expression, PathExpression, Position } from "./nodes.ts";
import { templateError } from "./render-error.ts";
import { type Data, findSecrets, revealSecrets, Secret } from "./secret.ts";

/** `index`, `key`, `first` and `last` are set in the frame of a loop. */
export type Frame = {
  value: Data | undefined;
  parent?: Frame;
  index?: number;
  key?: string | number;
  first?: boolean;
  last?: boolean;
};

/**
 * Returns the value of an expression. `undefined` means no value, and is written like null. A value derived from a
 * secret is a secret.
 */
export function evaluate(expression: Expression, frame: Frame, budget: Budget): Data | undefined {
  budget.spend("steps");
  if (expression.type === "literal") return expression.value;
  if (expression.type === "path") return followPath(expression, frame);
  const helper = getHelper(expression.name);
  if (helper === undefined) throw templateError(`${expression.name} is not a helper`, expression.at);
  const args = expression.args.map((argument) => evaluate(argument, frame, budget) ?? null);
  if (args[0] === null && !helper.takesNull) return null;
  const secrets = findSecrets(args);
  // Helpers never receive a mask. Their result would reveal the helper, and they could fail on a mask but not on the
  // secret.
  if (secrets.some((secret) => secret.isMask)) return Secret.mask();
  const outcome = helper.run(args.map(revealSecrets));
  if ("problem" in outcome) {
    throw templateError(`${expression.name} of ${nameOf(expression)}: ${outcome.problem}`, expression.at);
  }
  if (typeof outcome.value === "string") budget.spend("helperCharacters", outcome.value.length);
  return secrets.length > 0 ? new Secret(outcome.value) : outcome.value;
}

function followPath(path: PathExpression, innermost: Frame): Data | undefined {
  let frame: Frame | undefined = innermost;
  for (let up = path.up; up > 0; up--) frame = frame?.parent;
  return path.parts.reduce<Data | undefined>(memberOf, frame?.[path.take]);
}

/** Returns the name of an expression for error messages: the path of its value. */
export function nameOf(expression: Expression): string {
  if (expression.type === "path") return expression.name;
  const [first] = expression.type === "call" ? expression.args : [];
  return first === undefined ? "the literal" : nameOf(first);
}

/** Refuses whole numbers beyond 2^53, which have already lost digits. No call is better than a wrong one. */
export function refuseLostDigits(value: Data | undefined, expression: Expression, at: Position): void {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw templateError(
      `${nameOf(expression)} is a whole number beyond 2^53, which loses digits: pass it as a string`,
      at,
    );
  }
}

/** Whether the condition holds. As in Handlebars, null, false, "", 0 and an empty list are false. */
export function isConditionTrue({ value, zeroIsTrue }: Condition, frame: Frame, budget: Budget): boolean {
  const result = evaluate(value, frame, budget);
  return result === 0 ? zeroIsTrue : !isEmpty(result);
}

export function isEmpty(value: Data | undefined): boolean {
  if (value instanceof Secret) return isEmpty(value.reveal());
  return Array.isArray(value) ? value.length === 0 : !value && value !== 0;
}
