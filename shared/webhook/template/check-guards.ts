// Refuses `#if`, `#unless` and `#with` that leave out a value which was given: 0, false, "" or an empty list.
import { guardsOfSame, visitWrites } from "./guards.ts";
import type { OutputContext } from "./machine.ts";
import type { Node, Position, Write } from "./nodes.ts";
import type { Shape } from "./shape.ts";

type Report = (message: string, at: Position) => void;

export function checkGuards(
  nodes: readonly Node[],
  outputContexts: ReadonlyMap<Write, OutputContext>,
  report: Report,
): void {
  visitWrites(nodes, (write, place) => {
    const isValue = outputContexts.get(write) === "json-value";
    for (const { node, path } of guardsOfSame(write.value, place)) {
      const lost = node.type === "each" ? undefined : lostValue(node, isValue);
      if (lost === undefined) continue;
      const advice =
        path.nullable.length > 0
          ? `write {{#if (isSet ${path.name})}}, which asks whether it was given`
          : `${path.name} always has a value, and needs no #${node.type}`;
      report(`#${node.type} leaves out ${lost}, which ${path.name} can be: ${advice}`, node.at);
    }
  });
}

type Conditional = Extract<Node, { type: "if" | "with" }>;

/** Returns the value of this shape that the block takes for none. */
function lostValue(node: Conditional, isValue: boolean): string | undefined {
  const [shape, zeroIsTrue] =
    node.type === "if" ? [node.condition.shape, node.condition.zeroIsTrue] : [node.shape, true];
  if (shape.kind === "array") return shape.canBeEmpty && isValue ? "an empty list" : undefined;
  return shape.kind === "scalar" && shape.canBeEmpty ? lostScalar(shape, zeroIsTrue) : undefined;
}

function lostScalar({ type }: Extract<Shape, { kind: "scalar" }>, zeroIsTrue: boolean): string | undefined {
  if (type === "boolean") return "false";
  if (type === "string") return '""';
  return zeroIsTrue ? undefined : "0";
}
