// What a source file declares, by its syntax tree: its functions with their lengths, its exports, its imports.
import { parseAst } from "vitest/node";
import * as z from "zod";

const Name = z.union([
  z.object({ type: z.literal("Identifier"), name: z.string() }).transform(({ name }) => name),
  z.object({ type: z.literal("Literal"), value: z.string() }).transform(({ value }) => value),
]);
type Node = { type: string; start: number; end: number; [member: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value && "end" in value;

/** Every node of the tree, the outer ones first. */
function nodesOf(tree: unknown): Node[] {
  const found: Node[] = [];
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const next = open.pop();
    if (isNode(next)) found.push(next);
    if (typeof next === "object" && next !== null) open.push(...Object.values(next).toReversed());
  }
  return found;
}

type SourceFunction = { line: number; lines: number };
/** `names`: what is imported of the target; null: all of it. */
type SourceImport = { target: string; names: string[] | null };
type Source = { functions: SourceFunction[]; exports: string[]; imports: SourceImport[] };

const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** `lang`: `tsx` for files with elements in them. */
export function readSource(text: string, lang: "ts" | "tsx" = "ts"): Source {
  const source: Source = { functions: [], exports: [], imports: [] };
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  for (const node of nodesOf(parseAst(text, { lang }).body)) {
    if (FUNCTIONS.test(node.type)) {
      const line = lineAt(node.start);
      source.functions.push({ line, lines: lineAt(node.end) - line + 1 });
    }
    source.exports.push(...exportsOf(node));
    source.imports.push(...importsOf(node));
  }
  return source;
}

const Variables = z.object({ declarations: z.array(z.object({ id: z.unknown() })) });
const Specifiers = z.object({ specifiers: z.array(z.looseObject({ type: z.string() })) });

/** `a`, or those that `{ a, b: c }` takes apart. */
function namesIn(pattern: unknown): string[] {
  const name = Name.safeParse(pattern).data;
  if (name !== undefined) return [name];
  return nodesOf(pattern).flatMap(({ type, value }) => (type === "Property" ? namesIn(value) : []));
}

/** The names that an `export` of the file's own gives. */
function exportsOf(node: Node): string[] {
  if (node.type === "ExportDefaultDeclaration") return ["default"];
  if (node.type !== "ExportNamedDeclaration" || isNode(node["source"])) return [];
  const { declaration } = node;
  if (isNode(declaration)) {
    const variables = Variables.safeParse(declaration).data?.declarations;
    return (variables ?? [declaration]).flatMap(({ id }) => namesIn(id));
  }
  return Specifiers.parse(node).specifiers.map(({ exported }) => Name.parse(exported));
}

/** What an `import`, an `export … from` or an `import(…)` takes of another file. */
function importsOf(node: Node): SourceImport[] {
  const target = isNode(node["source"]) ? Name.safeParse(node["source"]).data : undefined;
  if (target === undefined) return [];
  const specifiers = Specifiers.safeParse(node).data?.specifiers;
  const isWhole = specifiers?.some(({ type }) => type === "ImportNamespaceSpecifier") ?? true;
  const names = specifiers?.map(({ type, imported, local }) =>
    type === "ImportDefaultSpecifier" ? "default" : Name.parse(imported ?? local),
  );
  return [{ target, names: isWhole ? null : (names ?? null) }];
}
