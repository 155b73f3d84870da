// From a source to a checked tree with the place of each expression: what check and render have in common.

import { followTemplate } from "./flow.ts";
import { jsonMachine } from "./json-machine.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { Place } from "./machine.ts";
import type { Node, TemplateIssue, TemplateKind, Write } from "./nodes.ts";
import { parseTemplate } from "./parse.ts";
import type { Names } from "./resolve.ts";
import type { Shape } from "./shape.ts";
import { resolveProgram } from "./statements.ts";
import { headerMachine, valueMachine } from "./text-machine.ts";
import { LITERAL_ORIGIN, urlMachine } from "./url-machine.ts";

export type Compiled = { nodes: Node[]; places: ReadonlyMap<Write, Place>; issues: TemplateIssue[] };

export function compileTemplate(source: unknown, kind: TemplateKind, shape: Shape): Compiled {
  const parsed = parseTemplate(source);
  if ("issue" in parsed) return { nodes: [], places: new Map(), issues: [parsed.issue] };
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
  const flow = follow(nodes, kind, String(source));
  if (flow.issue !== undefined) names.report(flow.issue.message, flow.issue);
  const sorted = [...issues.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  return { nodes, places: flow.places, issues: sorted };
}

/** A comment leaves no trace in the text, but what is read of the source's origin would not be what is called. */
function reportEarlyExpression(source: string, names: Names): void {
  const [literal = ""] = source.split("{{");
  if (literal === source || /^https?:\/\/[^/?#]+[/?#]/i.test(literal)) return;
  names.report(LITERAL_ORIGIN, { line: 1, column: literal.length + 1 });
}

function follow(nodes: Node[], kind: TemplateKind, source: string) {
  switch (kind) {
    case "json":
      return followTemplate(nodes, jsonMachine, source);
    case "url":
      return followTemplate(nodes, urlMachine, source);
    case "header":
      return followTemplate(nodes, headerMachine, source);
    case "value":
      return followTemplate(nodes, valueMachine, source);
  }
}
