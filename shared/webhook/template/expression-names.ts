// Names expressions in error messages: by the path of their value, never by the value.
import type { ServiceError } from "../../domain/errors.ts";
import type { CallExpression, Expression } from "./nodes.ts";
import { templateError } from "./render-error.ts";

export function nameOf(expression: Expression): string {
  if (expression.type === "path") return expression.name;
  const [first] = expression.type === "call" ? expression.args : [];
  return first === undefined ? "the literal" : nameOf(first);
}

export function callError(call: CallExpression, problem: string): ServiceError {
  return templateError(`${call.name} of ${nameOf(call)}: ${problem}`, call.at);
}
