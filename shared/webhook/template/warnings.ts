// Finds what a template may say and its author may not expect: values that can be missing, syntax of other tools.
import { compileTemplate } from "./compile.ts";
import { locateOffset } from "./flow.ts";
import { guardsOfSame, type Place, visitWrites } from "./guards.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { OutputContext } from "./machine.ts";
import type { Expression, Node, PathExpression, Position, TemplateKind, Text, Write } from "./nodes.ts";
import type { Shape } from "./shape.ts";

/** Line and column count from 1. */
type TemplateWarning = {
  code: "optional_in_text" | "foreign_placeholder" | "unguarded_incident" | "empty_left_out";
  message: string;
} & Position;

/**
 * Returns what can be saved and may surprise, in the order of the text. None for a template with issues. Pure, and never
 * throws, for any `source`.
 */
export function findTemplateWarnings(source: unknown, kind: TemplateKind, shape: Shape): TemplateWarning[] {
  const { nodes, outputContexts, issues } = compileTemplate(source, kind, shape);
  if (issues.length > 0) return [];
  const found = new Map<string, TemplateWarning>();
  const report = (code: TemplateWarning["code"], message: string, { line, column }: Position) => {
    if (found.size < TEMPLATE_LIMITS.issues)
      found.set(`${line}:${column} ${code}`, { code, message, line, column });
  };
  for (const text of textsOf(nodes)) reportPlaceholders(text, report);
  visitWrites(nodes, (node, place) => {
    reportMissing(node, outputContexts.get(node) ?? "text", place, report);
    reportLeftOut(node, place, report);
  });
  return [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

type Report = (code: TemplateWarning["code"], message: string, at: Position) => void;

function textsOf(nodes: readonly Node[]): Text[] {
  return nodes.flatMap((node) => {
    if (node.type === "text") return [node];
    return node.type === "write" ? [] : [...textsOf(node.body), ...textsOf(node.else)];
  });
}

/** Placeholders of shells, JavaScript, Jinja and ERB. They are sent as they are. */
const PLACEHOLDER = /\$\{[^{}\n]{0,100}\}|\{%[^%\n]{0,100}%\}|<%[^%\n]{0,100}%>/g;

function reportPlaceholders(node: Text, report: Report): void {
  for (const { 0: found, index } of node.text.matchAll(PLACEHOLDER)) {
    const message = `${found} is sent as it is: only {{…}} is replaced`;
    report("foreign_placeholder", message, locateOffset(node, index));
  }
}

function reportMissing(node: Write, context: OutputContext, place: Place, report: Report): void {
  const missing = findMissing(node.value, place);
  const incident = missing.find((path) => place.keyOf(path)?.startsWith('["incident"'));
  if (incident !== undefined) {
    const result = context === "json-value" ? "writes null" : "fails";
    const advice = `put it into {{#if (isSet incident)}}, or write {{default ${incident.name} …}}`;
    report("unguarded_incident", `a run without an incident ${result} here: ${advice}`, node.at);
    return;
  }
  const [first] = missing;
  if (context === "json-value" || first === undefined) return;
  const advice = `write {{default ${first.name} "…"}}, or put it into {{#if (isSet ${first.name})}}`;
  report("optional_in_text", `a run without ${first.name} fails here: ${advice}`, node.at);
}

/** Returns the paths without a guard whose null would reach the text. */
function findMissing(value: Expression, place: Place): PathExpression[] {
  if (value.type === "literal") return [];
  if (value.type === "path") return !place.hasValue(value) ? [value] : [];
  if (value.name === "default") {
    const fallback = value.args.at(-1);
    return fallback === undefined ? [] : findMissing(fallback, place);
  }
  if (NULL_IS_A_VALUE.has(value.name)) return [];
  return value.args.flatMap((arg) => findMissing(arg, place));
}

const NULL_IS_A_VALUE: ReadonlySet<string> = new Set(["isSet", "eq", "ne", "and", "or", "not"]);

/** `#if` over a value of unknown type leaves 0, false and "" out. Known types are issues, not warnings. */
function reportLeftOut(node: Write, place: Place, report: Report): void {
  for (const { node: block, path } of guardsOfSame(node.value, place)) {
    if (block.type !== "if" || block.condition.zeroIsTrue || block.condition.shape.kind !== "any") continue;
    const message = `#if leaves out 0, false and "" too: {{#if (isSet ${path.name})}} asks whether there is a value`;
    report("empty_left_out", message, block.at);
  }
}
