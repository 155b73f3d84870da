// Handlebars' own parser, and no more of Handlebars: text in, its syntax tree or one issue out.
import { type Program, parse, parser } from "handlebars/dist/cjs/handlebars/compiler/base.js";
import type { TemplateIssue } from "./nodes.ts";
import { restoreBraces, scanSource } from "./scan.ts";

export type Parsed = { program: Program } | { issue: TemplateIssue };

export function parseTemplate(source: unknown): Parsed {
  // The parser hands back an object unread, as a finished tree: only text may reach it.
  if (typeof source !== "string") return { issue: { message: "a template is text", line: 1, column: 1 } };
  const scan = scanSource(source);
  if ("issue" in scan) return scan;
  try {
    return { program: parse(scan.text) };
  } catch (error) {
    return { issue: syntaxIssue(error) };
  }
}

function syntaxIssue(error: unknown): TemplateIssue {
  if (error instanceof Error && "lineNumber" in error && "column" in error) {
    const [message] = error.message.split(" - ");
    return {
      message: message ?? error.message,
      line: Number(error.lineNumber),
      column: Number(error.column) + 1,
    };
  }
  const { match, yylloc } = parser.lexer;
  const found = restoreBraces(match).trim();
  return {
    message: unexpectedMessage(found),
    line: yylloc.first_line,
    column: yylloc.first_column + 1,
  };
}

function unexpectedMessage(found: string): string {
  if (found === "") return "the template ends too early";
  const hint = /^\d+$/.test(found) ? `: an index at the end of a path is written [${found}]` : "";
  return `unexpected ${JSON.stringify(found.slice(0, 40))}${hint}`;
}
