// Compiles a source to a checked tree with the output context of each expression, for both check and render.

import { checkGuards } from "./check-guards.ts";
import { checkWrites } from "./check-writes.ts";
import { traceTemplate } from "./flow.ts";
import { formReader } from "./form-machine.ts";
import { jsonReader } from "./json-machine.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { OutputContext } from "./machine.ts";
import type { Node, TemplateIssue, TemplateKind, Write } from "./nodes.ts";
import { parseTemplate } from "./parse.ts";
import type { Names } from "./resolve.ts";
import type { Shape } from "./shape.ts";
import { resolveProgram } from "./statements.ts";
import { headerReader, valueReader } from "./text-machine.ts";
import { LITERAL_ORIGIN, urlReader } from "./url-machine.ts";

export type CompiledTemplate = {
  nodes: Node[];
  outputContexts: ReadonlyMap<Write, OutputContext>;
  issues: TemplateIssue[];
};

export function compileTemplate(source: unknown, kind: TemplateKind, shape: Shape): CompiledTemplate {
  const parsed = parseTemplate(source);
  if ("issue" in parsed) return { nodes: [], outputContexts: new Map(), issues: [parsed.issue] };
  const issues = new Map<string, TemplateIssue>();
  const names: Names = {
    frames: [{ shape, params: [] }],
    report: (message, { line, column }) => {
      if (issues.size < TEMPLATE_LIMITS.issues)
        issues.set(`${line}:${column} ${message}`, { message, line, column });
    },
  };
  if (kind === "url") reportEarlyExpression(String(source), names);
  const nodes = resolveProgram(parsed.program, names);
  const flow = traceByKind(nodes, kind, String(source));
  const keepsType = kind === "value" && nodes.length === 1;
  if (!keepsType) checkWrites(flow.outputContexts, names.report);
  checkGuards(nodes, flow.outputContexts, names.report);
  if (flow.issue !== undefined) names.report(flow.issue.message, flow.issue);
  const sorted = [...issues.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  return { nodes, outputContexts: flow.outputContexts, issues: sorted };
}

/** A comment renders to nothing, but the origin read from the source would differ from the origin that is called. */
function reportEarlyExpression(source: string, names: Names): void {
  const [literal = ""] = source.split("{{");
  if (literal === source || /^https?:\/\/[^/?#]+[/?#]/i.test(literal)) return;
  names.report(LITERAL_ORIGIN, { line: 1, column: literal.length + 1 });
}

function traceByKind(nodes: Node[], kind: TemplateKind, source: string) {
  switch (kind) {
    case "json":
      return traceTemplate(nodes, jsonReader, source);
    case "url":
      return traceTemplate(nodes, urlReader, source);
    case "header":
      return traceTemplate(nodes, headerReader, source);
    case "form":
      return traceTemplate(nodes, formReader, source);
    case "text":
    case "value":
      return traceTemplate(nodes, valueReader, source);
  }
}
