// Checks what each expression would write in its position, by the shape of its value.
import { nameOf } from "./evaluate.ts";
import { INNER_VALUE } from "./inner-json.ts";
import type { OutputContext } from "./machine.ts";
import type { Position, Write } from "./nodes.ts";
import type { Shape } from "./shape.ts";

type Report = (message: string, at: Position) => void;

export function checkWrites(outputContexts: ReadonlyMap<Write, OutputContext>, report: Report): void {
  for (const [node, context] of outputContexts) {
    const problem = context === "json-value" ? undefined : textProblem(node, context);
    if (problem !== undefined) report(problem, node.at);
  }
}

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
