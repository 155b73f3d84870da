// Walks the expressions of a template with the paths that are known to have a value where each of them stands.
import type { Expression, Node, PathExpression, Write } from "./nodes.ts";

/** Tells a path from the root, or from an item of a loop, from all others. */
type PathKey = string;
type Block = Exclude<Node, { type: "text" | "write" }>;
/** A block whose body is rendered only if the value of `path` counts as one. */
type Guard = { node: Block; path: PathExpression; key: PathKey };
/** One entry for each frame of names: the path of its value. */
type Scope = readonly (readonly string[])[];

/** `hasValue`: whether the path is known to have a value here. `guards`: the blocks around it. */
export type Place = {
  hasValue(path: PathExpression): boolean;
  keyOf(path: PathExpression): PathKey | undefined;
  guards: readonly Guard[];
};

type Way = { scope: Scope; known: ReadonlySet<PathKey>; guards: readonly Guard[] };

/** Calls `visit` for each expression that is written, in the order of the text. */
export function visitWrites(nodes: readonly Node[], visit: (node: Write, place: Place) => void): void {
  walk(nodes, { scope: [[]], known: new Set(), guards: [] }, visit);
}

function walk(nodes: readonly Node[], way: Way, visit: (node: Write, place: Place) => void): void {
  const keyOf = (path: PathExpression) => keyIn(way.scope, path);
  const hasValue = (path: PathExpression) => isKnown(path, way);
  for (const node of nodes) {
    if (node.type === "text") continue;
    if (node.type === "write") {
      visit(node, { keyOf, hasValue, guards: way.guards });
      continue;
    }
    walk(node.body, { ...enter(node, way), known: learn(node, way, true) }, visit);
    walk(node.else, { ...way, known: learn(node, way, false) }, visit);
  }
}

/** A path has a value if it is known itself, or if everything on it that can be null is. */
function isKnown(path: PathExpression, { scope, known }: Way): boolean {
  const parts = partsIn(scope, path);
  if (parts === undefined) return path.nullable.length === 0;
  const before = parts.length - path.parts.length;
  return (
    known.has(toKey(parts)) ||
    path.nullable.every((length) => known.has(toKey(parts.slice(0, before + length))))
  );
}

function enter(node: Block, way: Way): Omit<Way, "known"> {
  const subject = subjectOf(node);
  const path = subject.type === "path" ? subject : undefined;
  const key = path && keyIn(way.scope, path);
  const guards = path && key !== undefined ? [...way.guards, { node, path, key }] : way.guards;
  if (node.type === "if") return { scope: way.scope, guards };
  const own = [`${node.type} at ${node.at.line}:${node.at.column}`];
  const inner = node.type === "with" && path !== undefined ? partsIn(way.scope, path) : undefined;
  return { scope: [...way.scope, inner ?? own], guards };
}

function subjectOf(node: Block): Expression {
  if (node.type === "if") return node.condition.value;
  return node.type === "each" ? node.over : node.value;
}

function partsIn(scope: Scope, path: PathExpression): string[] | undefined {
  const start = scope.at(-1 - path.up);
  return path.take === "value" && start !== undefined ? [...start, ...path.parts] : undefined;
}

function keyIn(scope: Scope, path: PathExpression): PathKey | undefined {
  const parts = partsIn(scope, path);
  return parts && toKey(parts);
}

const toKey = (parts: readonly string[]): PathKey => JSON.stringify(parts);

function learn(node: Block, way: Way, isTrue: boolean): ReadonlySet<PathKey> {
  return new Set([...way.known, ...factsOf(subjectOf(node), way.scope, isTrue)]);
}

/** Returns the blocks around an expression that ask for a value that it writes. */
export function guardsOfSame(value: Expression, place: Place): Guard[] {
  const keys = new Set(pathsIn(value).map(place.keyOf));
  return place.guards.filter(({ key }) => keys.has(key));
}

function pathsIn(value: Expression): PathExpression[] {
  if (value.type === "literal") return [];
  return value.type === "path" ? [value] : value.args.flatMap(pathsIn);
}

/** Helpers that are true only if each of their values is one. */
const NEED_VALUES: ReadonlySet<string> = new Set(["isSet", "eq", "lt", "lte", "gt", "gte", "and"]);

/** Returns the paths that have a value if the condition is true, or false. */
function factsOf(condition: Expression, scope: Scope, isTrue: boolean): PathKey[] {
  if (condition.type === "literal") return [];
  if (condition.type === "path") {
    const parts = isTrue ? partsIn(scope, condition) : undefined;
    // What has a value has it in every object around it.
    return (parts ?? []).map((_, i, all) => toKey(all.slice(0, i + 1)));
  }
  if (condition.name === "not") return condition.args.flatMap((arg) => factsOf(arg, scope, !isTrue));
  const holds = isTrue ? NEED_VALUES.has(condition.name) : condition.name === "or";
  return holds ? condition.args.flatMap((arg) => factsOf(arg, scope, isTrue)) : [];
}
