// Resolves the paths of a template to frames, and refuses unknown names.

import { TEMPLATE_LIMITS } from "./limits.ts";
import type { PathExpression, Position, Take } from "./nodes.ts";
import { BOOLEAN, canBeNull, INTEGER, memberShape, SCALAR, type Shape, TEXT, toOptional } from "./shape.ts";
import { buildSuggestion } from "./suggest.ts";
import type * as hbs from "./syntax-tree.ts";

/** A frame of names: the root, a loop or a `with`. `params`: the names after `as |…|`. */
export type NameFrame = { shape: Shape; loop?: "list" | "members"; params: string[] };

/** The innermost frame is last. `report` collects problems. Nothing is thrown. */
export type Names = {
  frames: NameFrame[];
  report(message: string, at: Position): void;
};

export type Resolved<E> = { expression: E; shape: Shape };
type Start = { up: number; take: Take; parts: string[]; shape: Shape; prefix: string };

export function positionOf(node: { loc: hbs.Location }): Position {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

/** Returns the resolved path, or undefined for an unknown one, which is reported. */
export function resolvePath(path: hbs.PathExpression, names: Names): Resolved<PathExpression> | undefined {
  const start = findStart(path, names);
  if (typeof start === "string") {
    names.report(start, positionOf(path));
    return undefined;
  }
  const walked = walkPath(path, start, names);
  if (walked === undefined) return undefined;
  const { shape, nullable } = walked;
  const { up, take, parts } = start;
  const expression = { type: "path", up, take, parts, name: path.original, nullable } as const;
  return { expression, shape: nullable.length > 0 ? toOptional(shape) : shape };
}

/** Returns the start of the path, or its problem. */
function findStart(path: hbs.PathExpression, names: Names): Start | string {
  const parts = path.parts.filter((part) => typeof part === "string");
  if (parts.length > TEMPLATE_LIMITS.pathSegments)
    return `a path has at most ${TEMPLATE_LIMITS.pathSegments} segments`;
  // The parser drops an empty first name: `[]` would be the whole context.
  if (path.head === "" || parts.includes("")) return "a name in a path must not be empty";
  // The parser accepts more than Handlebars itself: `(a b).c` and `a.#b`.
  if (parts.length < path.parts.length) return "a path starts with a name";
  if (parts.some((part) => part.startsWith("#"))) return "a name in a path must not start with #";
  return path.data ? findVariableStart(path, parts, names) : findPathStart(path, parts, names);
}

type Walked = { shape: Shape; nullable: number[] };

function walkPath(path: hbs.PathExpression, start: Start, names: Names): Walked | undefined {
  let { shape, prefix } = start;
  const nullable = canBeNull(shape) ? [0] : [];
  for (const [index, part] of start.parts.entries()) {
    const next = memberShape(shape, part);
    if (next === undefined) {
      names.report(`${path.original} is not known${buildSuggestion(part, prefix, shape)}`, positionOf(path));
      return undefined;
    }
    shape = next;
    if (canBeNull(shape)) nullable.push(index + 1);
    prefix = prefix === "" ? part : `${prefix}.${part}`;
  }
  return { shape, nullable };
}

function findPathStart(path: hbs.PathExpression, parts: string[], names: Names): Start | string {
  const { frames } = names;
  const [first = "", ...rest] = parts;
  // As in Handlebars, `this.x` and `./x` always start at the current frame.
  if (path.depth === 0 && !/^(?:\.|this\b)/.test(path.original)) {
    for (let up = 0; up < frames.length; up++) {
      const frame = frames.at(-1 - up);
      const param = frame?.params.indexOf(first) ?? -1;
      if (frame === undefined || param < 0) continue;
      const [take, shape]: [Take, Shape] = param === 0 ? ["value", frame.shape] : keyOf(frame);
      return { up, take, parts: rest, shape, prefix: first };
    }
  }
  const frame = frames.at(-1 - path.depth);
  if (frame === undefined) return `${path.original} goes beyond the root of the template`;
  return { up: path.depth, take: "value", parts, shape: frame.shape, prefix: "" };
}

/** The key of a list item is its index. Conditions for commas between items may use it. */
const keyOf = (frame: NameFrame): [Take, Shape] =>
  frame.loop === "list" ? ["index", INTEGER] : ["key", TEXT];

/** The key of a list's item is a number. */
const LOOP_VARIABLES: Readonly<Record<Exclude<Take, "value">, Shape>> = {
  index: INTEGER,
  key: SCALAR,
  first: BOOLEAN,
  last: BOOLEAN,
};
const isLoopVariable = (name: string): name is keyof typeof LOOP_VARIABLES =>
  Object.hasOwn(LOOP_VARIABLES, name);

function findVariableStart(path: hbs.PathExpression, parts: string[], names: Names): Start | string {
  const { frames } = names;
  const [first = "", ...rest] = parts;
  const root = frames[0];
  if (first === "root" && path.depth === 0 && root !== undefined) {
    return { up: frames.length - 1, take: "value", parts: rest, shape: root.shape, prefix: "@root" };
  }
  if (!isLoopVariable(first))
    return `${path.original} is not known: there are @root, @index, @key, @first, @last`;
  const loops = frames.flatMap((frame, i) => (frame.loop ? [frames.length - 1 - i] : [])).reverse();
  const up = loops[path.depth];
  if (up === undefined) return `${path.original} is used outside #each`;
  return { up, take: first, parts: rest, shape: LOOP_VARIABLES[first], prefix: `@${first}` };
}
