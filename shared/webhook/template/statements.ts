// Resolves the statements of a template: supported ones become nodes, all others issues.

import { buildBlockFrame, readBlockName, readIncludeZero, resolveBlockArgument } from "./blocks.ts";
import { resolveMustache } from "./expressions.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { Node } from "./nodes.ts";
import { type Names, positionOf } from "./resolve.ts";
import { restoreBraces } from "./scan.ts";
import type * as hbs from "./syntax-tree.ts";

const REFUSED: Record<string, string> = {
  PartialStatement: "partials are not available: {{> …}}",
  PartialBlockStatement: "partial blocks are not available: {{#> …}}",
  Decorator: "decorators are not available: {{* …}}",
  DecoratorBlock: "inline partials and block decorators are not available: {{#* …}}",
};

export function resolveProgram(program: hbs.Program | undefined, names: Names, depth = 0): Node[] {
  return (program?.body ?? []).flatMap((statement) => resolveStatement(statement, names, depth) ?? []);
}

function resolveStatement(node: hbs.Statement, names: Names, depth: number): Node | undefined {
  switch (node.type) {
    case "CommentStatement":
      return undefined;
    case "ContentStatement":
      return textNode(node);
    case "MustacheStatement":
      return writeNode(node, names);
    case "BlockStatement":
      return resolveBlock(node, names, depth + 1);
    default:
      names.report(REFUSED[node.type] ?? "this is not available", positionOf(node));
      return undefined;
  }
}

function writeNode(node: hbs.Mustache, names: Names): Node {
  const { expression, shape } = resolveMustache(node, names);
  return { type: "write", value: expression, shape, at: positionOf(node) };
}

/** The parser strips white space around a block on its own line. It still counts for positions. */
function textNode(node: hbs.Statement & { type: "ContentStatement" }): Node {
  const before = node.original.slice(0, Math.max(0, node.original.indexOf(node.value)));
  const start = positionOf(node);
  const lines = before.split("\n");
  const column = (lines.length === 1 ? start.column : 1) + (lines.at(-1)?.length ?? 0);
  return {
    type: "text",
    text: restoreBraces(node.value),
    at: { line: start.line + lines.length - 1, column },
  };
}

function resolveBlock(node: hbs.Block, names: Names, depth: number): Node | undefined {
  const at = positionOf(node);
  if (depth > TEMPLATE_LIMITS.blockDepth) {
    names.report(`blocks can be nested at most ${TEMPLATE_LIMITS.blockDepth} deep`, at);
    return undefined;
  }
  const name = readBlockName(node, names);
  const subject = resolveBlockArgument(node, names);
  const { expression: value, shape } = subject;
  const zeroIsTrue = readIncludeZero(node, name, names);
  const frame = buildBlockFrame(node, name, shape, names);
  const inner = frame === undefined ? names : { ...names, frames: [...names.frames, frame] };
  const body = resolveProgram(node.program, inner, depth);
  const otherwise = resolveProgram(node.inverse, names, node.inverse?.chained ? depth - 1 : depth);
  switch (name) {
    case "each":
      return { type: "each", over: value, body, else: otherwise, at };
    case "with":
      return { type: "with", value, shape, body, else: otherwise, at };
    case "unless":
      return { type: "if", condition: { value, shape, zeroIsTrue }, body: otherwise, else: body, at };
    default:
      return { type: "if", condition: { value, shape, zeroIsTrue }, body, else: otherwise, at };
  }
}
