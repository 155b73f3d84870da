// Parses block openings: name, argument, and the names defined inside the block.

import { resolveArgument, simpleName } from "./expressions.ts";
import { getHelper } from "./functions.ts";
import type { Expression } from "./nodes.ts";
import { type NameFrame, type Names, positionOf, type Resolved } from "./resolve.ts";
import { ANY, itemShape, type Shape, toRequired } from "./shape.ts";
import type * as hbs from "./syntax-tree.ts";

/** All blocks, with the number of names allowed after `as`. */
const BLOCKS = { if: 0, unless: 0, each: 2, with: 1 } as const;
type BlockName = keyof typeof BLOCKS;
const isBlockName = (name: string): name is BlockName => Object.hasOwn(BLOCKS, name);

export function readBlockName(node: hbs.Block, names: Names): BlockName | undefined {
  const name = simpleName(node.path);
  if (name !== undefined && isBlockName(name)) {
    if (node.params.length !== 1) names.report(`#${name} takes exactly one argument`, positionOf(node));
    return name;
  }
  names.report(unknownBlockMessage(node, name), positionOf(node));
  return undefined;
}

function unknownBlockMessage(node: hbs.Block, name: string | undefined): string {
  const written = node.path.type === "PathExpression" ? node.path.original : "…";
  if (name !== undefined && getHelper(name) !== undefined)
    return `${name} is a helper, not a block: write {{${name} …}}, or {{#if (${name} …)}}`;
  const known = Object.keys(BLOCKS).join(", ");
  if (node.params.length > 0) return `unknown block ${written}: the blocks are ${known}`;
  const section = node.program === undefined ? "inverse sections" : "sections";
  return `${section} are not available: write {{#if ${written}}}, {{#unless ${written}}}, {{#each ${written}}} or {{#with ${written}}}`;
}

export function resolveBlockArgument(node: hbs.Block, names: Names): Resolved<Expression> {
  const [subject] = node.params.map((param) => resolveArgument(param, names));
  return subject ?? { expression: { type: "literal", value: null }, shape: ANY };
}

/** `includeZero=true` of `if` and `unless` is the only supported named argument. */
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

/** Returns the name frame of a loop or `with`. */
export function buildBlockFrame(
  node: hbs.Block,
  name: BlockName | undefined,
  shape: Shape,
  names: Names,
): NameFrame | undefined {
  const params = readBlockParams(node, name, names);
  if (name === "with") return { shape: toRequired(shape), params };
  if (name !== "each") return undefined;
  const item = itemShape(shape);
  if (item === undefined) names.report("#each needs an array or an object", positionOf(node));
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
