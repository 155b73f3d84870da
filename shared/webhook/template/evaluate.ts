// Evaluates expressions over nested frames of names.
import type { JsonValue } from "../../domain/json.ts";
import type { Budget } from "./budget.ts";
import { memberOf } from "./data.ts";
import { callError, nameOf } from "./expression-names.ts";
import { getHelper } from "./functions.ts";
import { type Helper, valueProblem } from "./helper-types.ts";
import type { CallExpression, Condition, Expression, PathExpression, Position } from "./nodes.ts";
import { templateError } from "./render-error.ts";
import { type Data, findSecrets, revealSecrets, Secret } from "./secret.ts";
import { chooseEntry, evaluateJunction, lookUp, TELLS_SECRET } from "./special-calls.ts";

type Read = (argument: Expression) => Data;

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
  return evaluateCall(expression, (argument) => evaluate(argument, frame, budget) ?? null, budget);
}

function evaluateCall(call: CallExpression, read: Read, budget: Budget): Data {
  const helper = getHelper(call.name);
  if (helper === undefined) throw templateError(`${call.name} is not a helper`, call.at);
  if (call.name === "and" || call.name === "or") return evaluateJunction(call, read);
  const [first = null, ...more] = call.args.map(read);
  if (first === null && helper.nulls === "passed on") return null;
  if (call.name === "choose") return chooseEntry(call, first, more);
  if (call.name === "lookup") return lookUp(call, first, more[0] ?? null);
  return runHelper(call, helper, [first, ...more], budget);
}

function runHelper(call: CallExpression, helper: Helper, data: Data[], budget: Budget): Data {
  const secrets = helper.secrets === "ignored" ? [] : findSecrets(data);
  if (secrets.length > 0 && helper.secrets === "refused") throw callError(call, TELLS_SECRET);
  // Helpers never receive a mask. Their result would reveal the helper, and they could fail on a mask but not on the
  // secret.
  if (secrets.some((secret) => secret.isMask)) return Secret.mask();
  const args = data.map(revealSecrets);
  requireTypes(call, helper, args);
  const outcome = helper.run(args);
  if ("problem" in outcome) throw callError(call, outcome.problem);
  if (typeof outcome.value === "string") budget.spend("helperCharacters", outcome.value.length);
  if (Array.isArray(outcome.value)) budget.spend("steps", outcome.value.length);
  return secrets.length > 0 ? new Secret(outcome.value) : outcome.value;
}

function requireTypes(call: CallExpression, helper: Helper, args: readonly JsonValue[]): void {
  for (const [index, value] of args.entries()) {
    const type = helper.takes[index] ?? helper.takes.at(-1) ?? "any";
    if (value === null && (type === "any" || helper.nulls === "taken")) continue;
    const name = nameOf(call.args[index] ?? call);
    if (value === null)
      throw templateError(
        `${call.name} needs ${name}, which has no value: write (default ${name} …)`,
        call.at,
      );
    const problem = valueProblem(value, type);
    if (problem !== undefined) throw templateError(`${call.name} of ${name}: ${problem}`, call.at);
  }
}

function followPath(path: PathExpression, innermost: Frame): Data | undefined {
  let frame: Frame | undefined = innermost;
  for (let up = path.up; up > 0; up--) frame = frame?.parent;
  return path.parts.reduce<Data | undefined>(memberOf, frame?.[path.take]);
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
