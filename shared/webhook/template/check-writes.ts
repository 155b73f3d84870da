// Checks what each expression would write in its position, by the shape of its value.
import { nameOf } from "./expression-names.ts";
import { INNER_VALUE } from "./inner-json.ts";
import type { OutputContext } from "./machine.ts";
import type { Expression, Position, Write } from "./nodes.ts";
import type { Shape } from "./shape.ts";

type Report = (message: string, at: Position) => void;

export function checkWrites(outputContexts: ReadonlyMap<Write, OutputContext>, report: Report): void {
  for (const [node, context] of outputContexts) {
    const problem = positionProblem(node, context);
    if (problem !== undefined) report(problem, node.at);
  }
}

function positionProblem(node: Write, context: OutputContext): string | undefined {
  if (hasInnerPath(node.value) || (isPathCall(node.value) && context !== "url-path")) return PATH_ELSEWHERE;
  return context === "json-value" ? undefined : textProblem(node, context);
}

/** Whether `path` stands anywhere but as the whole expression. */
function hasInnerPath(value: Expression): boolean {
  return value.type === "call" && value.args.some((arg) => isPathCall(arg) || hasInnerPath(arg));
}

/** Whether the whole expression is `path`, which writes several segments. */
export const isPathCall = (value: Expression): boolean => value.type === "call" && value.name === "path";

const PATH_ELSEWHERE = "path writes segments of a URL's path, and can stand nowhere else";

function textProblem(node: Write, context: OutputContext): string | undefined {
  const { kind } = node.shape;
  if (kind === "array" || kind === "object") return notTextMessage(nameOf(node.value), kind);
  return context === "json-inner" && !isJsonText(node) ? INNER_VALUE : undefined;
}

/** The message for a list or an object where only text can stand. */
export function notTextMessage(name: string, kind: "array" | "object"): string {
  return kind === "array"
    ? `${name} is a list, which is no text: write {{join ${name} ","}}, {{json ${name}}} or {{#each ${name}}}`
    : `${name} is an object, which is no text: name one of its fields, or write {{json ${name}}}`;
}

/** Whether the text of the value is JSON of its own. */
function isJsonText({ value, shape }: Write): boolean {
  if (value.type === "call" && value.name === "json") return true;
  return isNumberOrBoolean(shape);
}

const isNumberOrBoolean = (shape: Shape): boolean =>
  shape.kind === "scalar" && shape.type !== undefined && shape.type !== "string";
