// Reads the heads of blocks: their name, their one argument, and the names that hold within them.

import { resolveArgument, simpleName } from "./expressions.ts";
import { getHelper } from "./functions.ts";
import type { Expression } from "./nodes.ts";
import { type NameFrame, type Names, positionOf, type Resolved } from "./resolve.ts";
import { ANY, itemShape, type Shape } from "./shape.ts";
import type * as hbs from "./syntax-tree.ts";

/** Every block there is, and how many names can follow its `as`. */
const BLOCKS = { if: 0, unless: 0, each: 2, with: 1 } as const;
type BlockName = keyof typeof BLOCKS;
const isBlockName = (name: string): name is BlockName => Object.hasOwn(BLOCKS, name);

export function readBlockName(node: hbs.Block, names: Names): BlockName | undefined {
  const name = simpleName(node.path);
  if (name !== undefined && isBlockName(name)) {
    if (node.params.length !== 1) names.report(`#${name} takes exactly one argument`, positionOf(node));
    return name;
  }
  names.report(`this block is not known: there are ${Object.keys(BLOCKS).join(", ")}`, positionOf(node));
  return undefined;
}

export function resolveBlockArgument(node: hbs.Block, names: Names): Resolved<Expression> {
  const [subject] = node.params.map((param) => resolveArgument(param, names));
  return subject ?? { expression: { type: "literal", value: null }, shape: ANY };
}

/** `includeZero=true` of `if` and `unless` is the only named argument there is. */
export function readIncludeZero(node: hbs.Block, name: BlockName | undefined, names: Names): boolean {
  let zeroIsTrue = false;
  for (const { key, value, loc } of node.hash?.pairs ?? []) {
    const conditional = name === "if" || name === "unless";
    if (conditional && key === "includeZero" && value.type === "BooleanLiteral") {
      zeroIsTrue = value.value;
      continue;
    }
    names.report(`${key}= is not an argument here`, positionOf({ loc }));
    resolveArgument(value, names);
  }
  return zeroIsTrue;
}

/** The frame of names that a loop or a `with` opens. */
export function buildBlockFrame(
  node: hbs.Block,
  name: BlockName | undefined,
  shape: Shape,
  names: Names,
): NameFrame | undefined {
  const params = readBlockParams(node, name, names);
  if (name === "with") return { shape, params };
  if (name !== "each") return undefined;
  const item = itemShape(shape);
  if (item === undefined) names.report("#each needs a list or an object", positionOf(node));
  return { shape: item ?? ANY, loop: shape.kind === "array" ? "list" : "members", params };
}

function readBlockParams(node: hbs.Block, name: BlockName | undefined, names: Names): string[] {
  const params = (node.program ?? node.inverse)?.blockParams ?? [];
  const most = name === undefined ? 0 : BLOCKS[name];
  if (params.length > most) names.report(`at most ${most} names can follow "as" here`, positionOf(node));
  for (const param of params.filter((param) => getHelper(param) !== undefined)) {
    names.report(`${param} is the name of a helper`, positionOf(node));
  }
  return params;
}
